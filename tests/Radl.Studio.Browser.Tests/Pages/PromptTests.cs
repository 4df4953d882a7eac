using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Radl.Studio.Browser.Tests.Running;

namespace Radl.Studio.Browser.Tests.Pages;

public sealed class PromptTests(StudioFixture studio) : BrowserTest(studio)
{
    private ILocator ActingVerbs => Page.Locator("#prompt-back mark.acts");

    [Fact]
    public async Task Verbs_are_marked_as_one_types()
    {
        await Field("Prompt").FillAsync("");
        await Field("Prompt").PressSequentiallyAsync("a red fish facing a blue car");
        await Assertions.Expect(ActingVerbs).ToHaveTextAsync(["facing"]);
        await Assertions.Expect(Button("Remove the verb facing")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_relation_of_the_prompt_is_an_arrow_between_its_boxes()
    {
        await Assertions.Expect(Page.Locator(".relation.automatic")).ToHaveAttributeAsync("aria-label", "Relation: a red striped fish chasing a blue solid car. Enter to change it.");
        Assert.Null((await SceneAsync())["relations"]);
    }

    [Fact]
    public async Task A_word_is_added_and_removed_as_a_verb_by_a_click()
    {
        await Assertions.Expect(ActingVerbs).ToHaveTextAsync(["chasing"]);
        await Button("Choose words").ClickAsync();
        ILocator word = Page.Locator(".word", new PageLocatorOptions { HasText = "chasing" });
        await word.ClickAsync();
        await Assertions.Expect(word).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.Empty((await SceneAsync())["relations"]!.AsArray());

        await word.ClickAsync();
        await Assertions.Expect(word).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal("""{"subject":0,"verb":"chasing","object":1}""", (await SceneAsync())["relations"]![0]!.ToJsonString());

        await Page.Locator(".word", new PageLocatorOptions { HasText = "gray" }).ClickAsync();
        await Assertions.Expect(ActingVerbs).ToHaveTextAsync(["chasing", "gray"]);
        await Button("From prompt").ClickAsync();
        await Assertions.Expect(ActingVerbs).ToHaveTextAsync(["chasing"]);
        Assert.Null((await SceneAsync())["relations"]);
    }

    [Fact]
    public async Task A_relation_is_drawn_from_box_to_box()
    {
        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("r");
        await DragAsync((.7, .5), (.2, .5));
        await Assertions.Expect(Field("Verb")).ToBeFocusedAsync();
        await Field("Verb").FillAsync("fleeing");
        await Button("Save").ClickAsync();
        await Assertions.Expect(Page.Locator(".relation")).ToHaveCountAsync(2);
        JsonArray relations = (await SceneAsync())["relations"]!.AsArray();
        Assert.Equal("""{"subject":1,"verb":"fleeing","object":0}""", relations[1]!.ToJsonString());
    }

    [Fact]
    public async Task A_relation_is_made_changed_and_removed_by_keyboard()
    {
        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("Tab"); // the fish
        await Page.Keyboard.PressAsync("r");
        await Page.Keyboard.TypeAsync("facing");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator("#relation-dialog")).ToBeHiddenAsync();
        Assert.Equal(2, (await SceneAsync())["relations"]!.AsArray().Count);

        await Page.Locator("[data-relation='1']").FocusAsync();
        await Page.Keyboard.PressAsync("Delete");
        Assert.Equal("chasing", (string?)Assert.Single((await SceneAsync())["relations"]!.AsArray())!["verb"]);
    }

    [Fact]
    public async Task Removing_a_box_removes_its_relations()
    {
        await Button("Add a relation").ClickAsync();
        await Field("Verb").FillAsync("facing");
        await Button("Save").ClickAsync();
        await ClickAtAsync((.2, .5));
        await Page.Keyboard.PressAsync("Delete");
        Assert.Empty((await SceneAsync())["relations"]!.AsArray());
    }
}
