using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Radl.Studio.Browser.Tests.Running;

namespace Radl.Studio.Browser.Tests.Pages;

public sealed partial class GenerateTests(StudioFixture studio) : BrowserTest(studio)
{
    [Fact]
    public async Task A_picture_is_drawn_shown_and_described()
    {
        await QuickAsync();
        await Field("Seed").FillAsync("7");
        await GenerateAsync();

        Assert.Equal(128, await Page.EvaluateAsync<int>("async () => { const one = document.getElementById('picture'); await one.decode(); return one.naturalWidth; }"));
        await Assertions.Expect(Page.Locator("#result-facts")).ToContainTextAsync("4, 2 with control");
        await Assertions.Expect(Page.Locator("#result-facts")).ToContainTextAsync("Seed7");
        await Assertions.Expect(Page.Locator("#found-list li")).ToHaveCountAsync(2);
        await Page.GetByText("Found", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator("#gallery .tile.chosen")).ToHaveCountAsync(1);
        await Page.GetByLabel("Boxes", new PageGetByLabelOptions { Exact = true }).First.UncheckAsync();
        await Assertions.Expect(Page.Locator(".box .edge").First).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Progress_and_a_preview_are_seen_and_cancelling_ends_it()
    {
        await QuickAsync(600);
        await Button("Generate").ClickAsync();
        await Assertions.Expect(Page.Locator(".job-text")).ToHaveTextAsync(Progress());
        await Assertions.Expect(Page.Locator("#picture.preview")).ToHaveAttributeAsync("src", PreviewAddress());

        await Page.Locator(".job").GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(Page.Locator(".job")).ToHaveCountAsync(0);
        await Assertions.Expect(Page.Locator("#live")).ToHaveTextAsync("Cancelled");
        await Assertions.Expect(Page.Locator("#picture")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_second_job_waits_in_the_queue()
    {
        await QuickAsync(600);
        await Button("Generate").ClickAsync();
        await Assertions.Expect(Page.Locator(".job")).ToHaveCountAsync(1);
        await Button("Generate").ClickAsync();
        await Assertions.Expect(Page.Locator(".job")).ToHaveCountAsync(2);
        await Assertions.Expect(Page.Locator(".job-text").Nth(1)).ToContainTextAsync("Waiting");
        await Page.Locator(".job").Nth(1).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(Page.Locator(".job")).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Control+.");
        await Assertions.Expect(Page.Locator(".job")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_job_is_watched_on_after_a_reload()
    {
        await QuickAsync(600);
        await Button("Generate").ClickAsync();
        await Assertions.Expect(Page.Locator(".job-text")).ToHaveTextAsync(Progress());
        await Page.ReloadAsync();
        await ReadyAsync();
        await Assertions.Expect(Page.Locator(".job-text")).ToHaveTextAsync(Progress());
        await Page.Locator(".job").GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(Page.Locator(".job")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_slider_goes_through_the_steps_of_an_attention_map()
    {
        await QuickAsync(12);
        await Field("Record attention maps").CheckAsync();
        await GenerateAsync();
        await Button("a red striped fish").ClickAsync();
        await Assertions.Expect(Page.Locator("#heat")).ToBeVisibleAsync();
        string last = await HeatAsync();

        ILocator slider = Field("Step of the attention map");
        await slider.FocusAsync();
        await Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(slider).ToHaveJSPropertyAsync("value", "0");
        Assert.NotEqual(last, await HeatAsync());

        await Button("chasing").ClickAsync();
        await Assertions.Expect(Button("chasing")).ToHaveAttributeAsync("aria-pressed", "true");
        await Button("chasing").ClickAsync();
        await Assertions.Expect(Page.Locator("#heat")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Two_methods_draw_the_same_seed_side_by_side()
    {
        await QuickAsync();
        await Field("Seed").FillAsync("11");
        await Button("Compare methods").ClickAsync();
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);
        foreach (ILocator method in await dialog.Locator("#compare-methods input").AllAsync())
        {
            await method.SetCheckedAsync(await method.InputValueAsync() is "radl" or "sd");
        }
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Run" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("figure img[src*='image.png']")).ToHaveCountAsync(2, new LocatorAssertionsToHaveCountOptions { Timeout = 60_000 });
        await Assertions.Expect(dialog.Locator("figure").First.Locator(".value")).ToContainTextAsync("mean IoU");
        string[] pictures = await dialog.Locator("figure img").EvaluateAllAsync<string[]>("all => all.map(one => one.src)");
        Assert.Equal(2, pictures.Distinct().Count());

        await dialog.Locator("figure[data-method=sd]").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Open" }).ClickAsync();
        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await Assertions.Expect(Page.Locator("#result-facts")).ToContainTextAsync("Seed11");
    }

    [Fact]
    public async Task Several_pictures_have_seeds_of_their_own()
    {
        await QuickAsync();
        await Field("Seed").FillAsync("20");
        await Field("Count").FillAsync("2");
        await GenerateAsync();
        await Button("Picture 2, seed 21").ClickAsync();
        await Assertions.Expect(Page.Locator("#result-facts")).ToContainTextAsync("Seed21");
        await Button("Keep its seed").ClickAsync();
        await Assertions.Expect(Field("Seed")).ToHaveValueAsync("21");
        await Assertions.Expect(Button("Keep this seed")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task A_new_seed_is_drawn_unless_it_is_locked()
    {
        await QuickAsync(1);
        await GenerateAsync();
        string first = await Field("Seed").InputValueAsync();
        Assert.NotEqual("", first);
        await Tab("Settings").ClickAsync();
        await Button("Keep this seed").ClickAsync();
        await GenerateAsync();
        Assert.Equal(first, await Field("Seed").InputValueAsync());
        await Tab("Settings").ClickAsync();
        await Button("Draw a new seed").ClickAsync();
        Assert.NotEqual(first, await Field("Seed").InputValueAsync());
    }

    [Fact]
    public async Task A_picture_that_is_done_does_not_take_the_settings_away()
    {
        await QuickAsync(40);
        await Button("Generate").ClickAsync();
        ILocator result = Tab("Result");
        await Field("Steps").FocusAsync();
        await Assertions.Expect(result).ToHaveClassAsync("news", new LocatorAssertionsToHaveClassOptions { Timeout = 60_000 });
        await Assertions.Expect(Field("Steps")).ToBeFocusedAsync();
        await result.ClickAsync();
        await Assertions.Expect(Page.Locator("#result-facts")).ToContainTextAsync("Seed");
        await Assertions.Expect(result).Not.ToHaveClassAsync("news");
    }

    [Fact]
    public async Task An_error_stands_at_the_field_that_it_names()
    {
        Expect("status of 400");
        await ClickAtAsync((.7, .5));
        await Field("Label of box 2").FillAsync("");
        await ClickAtAsync((.5, .95));
        await Button("Generate").ClickAsync();
        ILocator label = Field("Label of box 2");
        await Assertions.Expect(label).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(label).ToBeFocusedAsync();
        await Assertions.Expect(Page.Locator(".card.chosen .error-text")).ToContainTextAsync("must not be blank");

        await label.FillAsync("a car");
        await Assertions.Expect(Page.Locator(".card .error-text")).ToHaveCountAsync(0);
        await Field("Steps").FillAsync("0");
        await Button("Generate").ClickAsync();
        await Assertions.Expect(Field("Steps")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    private Task<string> HeatAsync() => Page.EvaluateAsync<string>("() => document.getElementById('heat').toDataURL()");

    [GeneratedRegex("Step \\d+ of 600.* left")]
    private static partial Regex Progress();

    [GeneratedRegex("^data:image/png;base64,")]
    private static partial Regex PreviewAddress();
}
