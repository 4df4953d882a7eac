using System.Globalization;
using Microsoft.Playwright;
using Radl.Studio.Browser.Tests.Running;

namespace Radl.Studio.Browser.Tests.Pages;

public sealed class PageTests(StudioFixture studio, ITestOutputHelper output) : BrowserTest(studio)
{
    private const int MostBytes = 150_000;

    [Fact]
    public async Task The_page_weighs_less_than_150_kilobytes()
    {
        await using IBrowserContext fresh = await Studio.Browser.NewContextAsync();
        IPage page = await fresh.NewPageAsync();
        ICDPSession session = await fresh.NewCDPSessionAsync(page);
        double bytes = 0;
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        session.Event("Network.requestWillBeSent").OnEvent += (_, sent) =>
        {
            string url = sent!.Value.GetProperty("request").GetProperty("url").GetString()!;
            if (!url.Contains("/api/", StringComparison.Ordinal)) // the gallery's pictures are not the page
            {
                files[sent.Value.GetProperty("requestId").GetString()!] = url;
            }
        };
        session.Event("Network.loadingFinished").OnEvent += (_, finished) =>
            bytes += files.ContainsKey(finished!.Value.GetProperty("requestId").GetString()!) ? finished.Value.GetProperty("encodedDataLength").GetDouble() : 0;
        await session.SendAsync("Network.enable");
        await page.GotoAsync(Studio.Address.ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        List<double> milliseconds = [await LoadTimeAsync(page)];
        for (int again = 0; again < 4; again++)
        {
            await using IBrowserContext empty = await Studio.Browser.NewContextAsync();
            IPage other = await empty.NewPageAsync();
            await other.GotoAsync(Studio.Address.ToString());
            milliseconds.Add(await LoadTimeAsync(other));
        }
        milliseconds.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000:F1} kB in {files.Count} files with headers, loaded after {milliseconds[2]:F0} ms ({milliseconds[0]:F0} to {milliseconds[^1]:F0}) without a cache"));
        Assert.InRange(bytes, 10_000, MostBytes);
    }

    [Fact]
    public async Task Nothing_comes_from_elsewhere()
    {
        string[] origins = await Page.EvaluateAsync<string[]>("() => [...new Set(performance.getEntriesByType('resource').map(one => new URL(one.name).origin))]");
        Assert.Equal([Studio.Address.GetLeftPart(UriPartial.Authority)], origins);
    }

    [Fact]
    public async Task The_policy_allows_no_inline_code()
    {
        IResponse answer = (await Page.ReloadAsync())!;
        string policy = await answer.HeaderValueAsync("content-security-policy") ?? "";
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        await ReadyAsync();
    }

    [Fact]
    public async Task Every_control_has_a_name_for_screen_readers()
    {
        await ClickAtAsync((.2, .5)); // opens a card
        await Button("Choose words").ClickAsync();
        await QuickAsync(1);
        await Field("Record attention maps").CheckAsync();
        await GenerateAsync();
        string[] open = ["compare-open", "help-open"];
        foreach (string dialog in open)
        {
            await AssertNamedAsync();
            await Page.Locator("#" + dialog).ClickAsync();
            await AssertNamedAsync();
            await Page.Keyboard.PressAsync("Escape");
        }
        await Button("Add a relation").ClickAsync();
        await AssertNamedAsync();
    }

    [Fact]
    public async Task The_theme_follows_the_system_until_it_is_chosen_and_stays()
    {
        const string Background = "() => getComputedStyle(document.body).backgroundColor";
        string light = await Page.EvaluateAsync<string>(Background);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        string dark = await Page.EvaluateAsync<string>(Background);
        Assert.NotEqual(light, dark);
        await Button("Theme: system").ClickAsync();
        Assert.Equal(light, await Page.EvaluateAsync<string>(Background));
        await Page.ReloadAsync();
        await ReadyAsync();
        Assert.Equal(light, await Page.EvaluateAsync<string>(Background));
        await Button("Theme: light").ClickAsync();
        Assert.Equal(dark, await Page.EvaluateAsync<string>(Background));
    }

    [Theory]
    [InlineData(1440, 900)]
    [InlineData(900, 700)]
    [InlineData(390, 844)]
    public async Task Nothing_is_cut_off(int width, int height)
    {
        await Page.SetViewportSizeAsync(width, height);
        await ClickAtAsync((.2, .5));
        Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        foreach (string id in (string[])["prompt", "steps", "generate", "compare-open", "board", "search"])
        {
            ILocator one = Page.Locator("#" + id);
            await one.ScrollIntoViewIfNeededAsync();
            await Assertions.Expect(one).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = .9f });
        }
        await ScreenshotAsync(string.Create(CultureInfo.InvariantCulture, $"studio-{width}"));
    }

    [Theory]
    [InlineData(700, 540)]
    [InlineData(420, 336)]
    public async Task A_narrow_window_has_a_canvas_to_draw_on(int width, int height)
    {
        await Page.SetViewportSizeAsync(width, 900);
        Assert.Equal(height, (await Page.Locator("#viewport").BoundingBoxAsync())!.Height, 1f);
        // The canvas fits itself into its view a moment later.
        await Page.WaitForFunctionAsync("most => { const { height } = document.querySelector('#stage').getBoundingClientRect(); return height > most - 80 && height < most; }", height);
        await EmptyAsync();
        await DragAsync((.11, .22), (.43, .57));
        await Page.Keyboard.TypeAsync("a red striped fish");
        await Assertions.Expect(Box("a red striped fish")).ToHaveAttributeAsync("aria-pressed", "true");
        AssertNear([.11, .22, .43, .57], await BoxOfAsync(0), .02);
        await ScreenshotAsync(string.Create(CultureInfo.InvariantCulture, $"studio-narrow-{width}"));
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(1440)]
    [InlineData(1920)]
    public async Task The_canvas_stays_where_it_is_when_the_brush_is_taken(int width)
    {
        await Page.SetViewportSizeAsync(width, 900);
        float? before = (await Page.Locator("#board").BoundingBoxAsync())?.Y;
        await Button("Mask").ClickAsync();
        await Assertions.Expect(Page.Locator("#brush")).ToBeVisibleAsync();
        Assert.Equal(before, (await Page.Locator("#board").BoundingBoxAsync())?.Y);
    }

    [Fact]
    public async Task The_help_lists_the_shortcuts()
    {
        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("?");
        await Assertions.Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Draw a box");
        await Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_server_that_is_gone_is_told_and_found_again()
    {
        Expect("ERR_FAILED|ERR_INTERNET_DISCONNECTED");
        await Page.Context.SetOfflineAsync(true);
        await Button("Generate").ClickAsync();
        await Assertions.Expect(Page.Locator("#banner")).ToContainTextAsync("The server does not answer");
        await Page.Context.SetOfflineAsync(false);
        await Button("Try again now").ClickAsync();
        await Assertions.Expect(Page.Locator("#banner")).ToBeHiddenAsync();
        await QuickAsync();
        await GenerateAsync();
    }

    [Fact]
    public async Task A_refused_request_asks_for_the_key_once_and_goes_on()
    {
        Expect("status of 401");
        await Page.RouteAsync("**/api/**", route => route.Request.Headers.GetValueOrDefault("authorization") == "Bearer open sesame"
            ? route.ContinueAsync()
            : route.FulfillAsync(new RouteFulfillOptions { Status = 401, ContentType = "application/problem+json", Body = """{"title":"Unauthorized"}""" }));
        await Page.ReloadAsync();
        await Field("Key").FillAsync("open sesame");
        await Button("Use it").ClickAsync();
        await ReadyAsync();
        await Assertions.Expect(Page.Locator("#key-dialog")).ToBeHiddenAsync();
        await QuickAsync();
        await GenerateAsync(); // its picture comes with the key as well
        await Page.ReloadAsync();
        await ReadyAsync();
        await Assertions.Expect(Page.Locator("#key-dialog")).ToBeHiddenAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, "studio-light", "crowd")]
    [InlineData(ColorScheme.Dark, "studio-dark", "street")]
    public async Task An_example_is_drawn_and_its_result_explained(ColorScheme scheme, string name, string example)
    {
        bool isForReadme = ScreenshotFolder is not null;
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await Field("Record attention maps").CheckAsync();
        // For the README at full length, with company in the gallery.
        foreach (string one in isForReadme ? (string[])["leaning", "avoiding", "harbour", "garden", "fleeing", "chase", example] : [example])
        {
            await Page.Locator("#file").SetInputFilesAsync(Path.Combine(StudioFixture.Root, "examples", one + ".json"));
            await Assertions.Expect(Page.Locator("#live")).ToContainTextAsync("Scene opened");
            await QuickAsync(isForReadme ? 60 : 4);
            await Button("Generate").ClickAsync();
            await Assertions.Expect(Page.Locator("#live")).ToContainTextAsync("The picture is done", new LocatorAssertionsToContainTextOptions { Timeout = 60_000 });
            await PictureAsync();
        }
        await Assertions.Expect(Page.Locator("#found-list li")).ToHaveCountAsync(await Boxes.CountAsync());
        await Assertions.Expect(Page.Locator("#map-names button")).Not.ToHaveCountAsync(0);
        if (scheme == ColorScheme.Dark)
        {
            await Page.Locator("#map-names button").First.ClickAsync();
            await Assertions.Expect(Page.Locator("#heat")).ToBeVisibleAsync();
            await Page.Locator("#map-opacity").ScrollIntoViewIfNeededAsync();
        }
        else
        {
            await Boxes.First.ClickAsync();
        }
        await Page.Locator(".notice").EvaluateAllAsync<object?>("all => all.forEach(one => one.remove())");
        await Page.Mouse.MoveAsync(5, 5);
        await ScreenshotAsync(name);
    }

    private static Task<double> LoadTimeAsync(IPage page) => page.EvaluateAsync<double>("() => performance.getEntriesByType('navigation')[0].loadEventEnd");

    private static string? ScreenshotFolder => Environment.GetEnvironmentVariable("RADL_SCREENSHOTS") is { Length: > 0 } folder ? folder : null;

    private async Task ScreenshotAsync(string name)
    {
        if (ScreenshotFolder is { } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
        }
    }

    // Chromium's own accessibility tree decides, not our reading of the markup.
    private async Task AssertNamedAsync()
    {
        ICDPSession session = await Page.Context.NewCDPSessionAsync(Page);
        System.Text.Json.JsonElement tree = (await session.SendAsync("Accessibility.getFullAXTree"))!.Value;
        string[] controls = ["button", "textbox", "searchbox", "combobox", "checkbox", "slider", "spinbutton", "tab", "link", "progressbar", "meter", "ColorWell", "dialog", "img", "image"];
        string[] nameless = [.. tree.GetProperty("nodes").EnumerateArray()
            .Where(node => !node.GetProperty("ignored").GetBoolean() && controls.Contains(node.GetProperty("role").GetProperty("value").GetString()))
            .Where(node => !node.TryGetProperty("name", out System.Text.Json.JsonElement named) || string.IsNullOrWhiteSpace(named.GetProperty("value").GetString()))
            .Select(node => node.GetRawText())];
        Assert.Empty(nameless);
        await session.DetachAsync();
    }
}
