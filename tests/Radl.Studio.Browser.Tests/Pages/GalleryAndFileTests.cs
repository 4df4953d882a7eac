using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Radl.Studio.Browser.Tests.Running;

namespace Radl.Studio.Browser.Tests.Pages;

public sealed class GalleryAndFileTests(StudioFixture studio) : BrowserTest(studio)
{
    private const string Scene = """
        {
          "prompt": "a purple dotted umbrella beside a green star",
          "instances": [
            { "label": "a purple dotted umbrella", "box": [0.1, 0.2, 0.5, 0.6], "strength": 1.25, "negative": "a cat" },
            { "label": "a green star", "mask": [[[0.6, 0.5], [0.9, 0.5], [0.75, 0.8]]] }
          ],
          "relations": [{ "subject": 1, "verb": "facing", "object": 0 }],
          "width": 128, "height": 128, "seed": 99
        }
        """;

    [Fact]
    public async Task The_gallery_is_searched_and_gives_a_scene_and_its_settings_back()
    {
        await EmptyAsync();
        await Field("Prompt").FillAsync("an unmistakable zeppelin");
        await QuickAsync(3);
        await Field("Seed").FillAsync("4321");
        await GenerateAsync();
        await EmptyAsync();
        await Field("Prompt").FillAsync("something else");
        await QuickAsync(9);

        await Field("Search the gallery by prompt, label or method").FillAsync("zeppelin");
        ILocator tile = Page.Locator("#gallery .tile");
        await Assertions.Expect(tile).ToHaveCountAsync(1);
        await tile.GetByRole(AriaRole.Button).First.ClickAsync();
        await Assertions.Expect(Field("Prompt")).ToHaveValueAsync("an unmistakable zeppelin");
        await PictureAsync();
        await Assertions.Expect(Field("Steps")).ToHaveValueAsync("3");
        await Assertions.Expect(Field("Seed")).ToHaveValueAsync("4321");

        await Page.ReloadAsync(); // it is on the server, not in the page
        await ReadyAsync();
        await Field("Search the gallery by prompt, label or method").FillAsync("zeppelin");
        await Assertions.Expect(tile).ToHaveCountAsync(1);
        await tile.HoverAsync();
        await tile.GetByRole(AriaRole.Button).Nth(1).ClickAsync();
        await Assertions.Expect(tile).ToHaveCountAsync(0);
        await Field("Search the gallery by prompt, label or method").FillAsync("zeppelins");
        await Assertions.Expect(Page.Locator("#gallery-note")).ToHaveTextAsync("Nothing found");
    }

    [Fact]
    public async Task A_dropped_picture_gives_its_scene_and_settings_back()
    {
        await QuickAsync(4);
        await Field("Seed").FillAsync("77");
        await GenerateAsync();
        JsonNode before = await SceneAsync();
        await EmptyAsync();
        await QuickAsync(40);

        // The file as the operating system would hand it over.
        await Page.EvaluateAsync("""
            async () => {
              const tile = document.querySelector('#gallery img[src]');
              const bytes = await (await fetch(tile.src)).blob();
              const data = new DataTransfer();
              data.items.add(new File([bytes], 'fish.png', { type: 'image/png' }));
              for (const type of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """);
        await Assertions.Expect(Boxes).ToHaveCountAsync(2);
        await Assertions.Expect(Field("Steps")).ToHaveValueAsync("4");
        await Assertions.Expect(Field("Seed")).ToHaveValueAsync("77");
        JsonNode after = await SceneAsync();
        Assert.Equal(before["instances"]!.ToJsonString(), after["instances"]!.ToJsonString());
        Assert.Equal((string?)before["prompt"], (string?)after["prompt"]);
    }

    [Fact]
    public async Task An_imported_scene_is_exported_unchanged()
    {
        await EmptyAsync(); // the scene that the page begins with has two boxes as well
        await ImportAsync("scene.json", Scene);
        await Assertions.Expect(Boxes).ToHaveCountAsync(2);
        JsonNode expected = JsonNode.Parse(Scene)!;
        // A mask alone has its bounds as its box.
        ((JsonObject)expected["instances"]![1]!).Insert(1, "box", new JsonArray(.6, .5, .9, .8));
        JsonNode exported = await SceneAsync();
        Assert.True(JsonNode.DeepEquals(expected, exported), exported.ToJsonString());
    }

    [Fact]
    public async Task An_imported_scene_tells_what_will_not_be_drawn_of_it()
    {
        await EmptyAsync();
        string word = string.Join(", ", Enumerable.Repeat("a red striped fish", 20));
        await ImportAsync("long.json", $$"""{"prompt":"{{word}}","instances":[]}""");
        await Assertions.Expect(Page.Locator(".notice.error", new PageLocatorOptions { HasText = "long.json: " })).ToContainTextAsync("the model reads the first");
        await Assertions.Expect(Field("Prompt")).ToHaveValueAsync(word);
    }

    [Fact]
    public async Task A_broken_scene_is_refused_with_the_place_and_changes_nothing()
    {
        Expect("status of 400");
        JsonNode before = await SceneAsync();
        await ImportAsync("broken.json", Scene.Replace("\"strength\": 1.25", "\"strength\": 9", StringComparison.Ordinal));
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert).Filter(new LocatorFilterOptions { HasText = "[0, 5]" })).ToBeVisibleAsync();
        Assert.True(JsonNode.DeepEquals(before, await SceneAsync()));
        await ImportAsync("letter.json", "Dear Sir");
        await Assertions.Expect(Page.Locator(".notice.error", new PageLocatorOptions { HasText = "letter.json is neither" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_scene_of_the_last_visit_is_still_there()
    {
        await Field("Prompt").FillAsync("a cup on a table");
        await Page.WaitForFunctionAsync("() => localStorage.getItem('radl.draft')?.includes('a cup on a table')");
        await Page.ReloadAsync();
        await ReadyAsync();
        await Assertions.Expect(Field("Prompt")).ToHaveValueAsync("a cup on a table");
        await Assertions.Expect(Boxes).ToHaveCountAsync(2);
    }

    private Task ImportAsync(string name, string text) => Page.Locator("#file").SetInputFilesAsync(
        new FilePayload { Name = name, MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(text) });
}
