using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Radl.Studio.Browser.Tests.Running;

/// <summary>A test in a fresh browser profile. It fails when the page wrote an error or a warning, threw, or broke its Content-Security-Policy.</summary>
public abstract partial class BrowserTest(StudioFixture studio) : IAsyncLifetime
{
    private readonly List<string> _complaints = [];
    private readonly List<Regex> _expected = [];
    private IBrowserContext? _context;

    protected StudioFixture Studio { get; } = studio;

    protected IPage Page { get; private set; } = null!;

    /// <summary>How the profile of this test differs from the usual one.</summary>
    protected virtual BrowserNewContextOptions Profile => new() { ViewportSize = new ViewportSize { Width = 1440, Height = 900 }, ColorScheme = ColorScheme.Light };

    public virtual async ValueTask InitializeAsync()
    {
        _context = await Studio.Browser.NewContextAsync(Profile);
        Page = await _context.NewPageAsync();
        Page.SetDefaultTimeout(30_000);
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add($"{message.Type}: {message.Text}");
            }
        };
        Page.PageError += (_, error) => _complaints.Add($"thrown: {error}");
        await Page.GotoAsync(Studio.Address.ToString());
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            await _context.CloseAsync();
        }
        Assert.DoesNotContain(_complaints, complaint => !_expected.Exists(one => one.IsMatch(complaint)));
        GC.SuppressFinalize(this);
    }

    /// <summary>The browser itself writes about answers that are errors; a test that asks for one says so.</summary>
    protected void Expect(string pattern) => _expected.Add(new Regex(pattern, RegexOptions.IgnoreCase));

    /// <summary>Waits until every module has started and the choices have come.</summary>
    protected async Task ReadyAsync()
    {
        await Page.Locator("html[data-ready]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await Assertions.Expect(Page.Locator("#scheduler option").First).ToBeAttachedAsync();
    }

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    protected ILocator Tab(string name) => Page.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = name });

    protected ILocator Field(string label) => Page.GetByLabel(label, new PageGetByLabelOptions { Exact = true });

    /// <summary>The boxes on the canvas, back to front.</summary>
    protected ILocator Boxes => Page.Locator(".box");

    /// <summary>The box whose label begins like this.</summary>
    protected ILocator Box(string label) => Page.Locator($".box[aria-label^='{label}']");

    /// <summary>Drags on the canvas, from and to in fractions of the picture.</summary>
    protected async Task DragAsync((double X, double Y) from, (double X, double Y) to)
    {
        await MoveToAsync(from);
        await Page.Mouse.DownAsync();
        await MoveToAsync(((from.X + to.X) / 2, (from.Y + to.Y) / 2));
        await MoveToAsync(to);
        await Page.Mouse.UpAsync();
    }

    /// <summary>Moves the mouse to a place of the canvas.</summary>
    protected async Task MoveToAsync((double X, double Y) place)
    {
        LocatorBoundingBoxResult stage = (await Page.Locator("#stage").BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync((float)(stage.X + (place.X * stage.Width)), (float)(stage.Y + (place.Y * stage.Height)));
    }

    /// <summary>Clicks on a place of the canvas.</summary>
    protected async Task ClickAtAsync((double X, double Y) place)
    {
        await MoveToAsync(place);
        await Page.Mouse.DownAsync();
        await Page.Mouse.UpAsync();
    }

    /// <summary>The scene as a user gets it: by export.</summary>
    protected async Task<JsonNode> SceneAsync()
    {
        IDownload download = await Page.RunAndWaitForDownloadAsync(() => Button("Export").ClickAsync());
        return JsonNode.Parse(await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken))!;
    }

    /// <summary>The box of an instance of the scene.</summary>
    protected async Task<double[]> BoxOfAsync(int index) => [.. (await SceneAsync())["instances"]![index]!["box"]!.AsArray().Select(edge => edge!.GetValue<double>())];

    /// <summary>Begins with an empty canvas.</summary>
    protected async Task EmptyAsync()
    {
        await Button("New").ClickAsync();
        await Assertions.Expect(Boxes).ToHaveCountAsync(0);
    }

    /// <summary>Chooses a quick drawing, whose pictures are poor but are made as any other.</summary>
    protected async Task QuickAsync(int steps = 4)
    {
        await Tab("Settings").ClickAsync();
        await Field("Steps").FillAsync(steps.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Generates, and waits until the new picture stands on the canvas and in the gallery.</summary>
    protected async Task GenerateAsync()
    {
        string? before = await Page.Locator("#picture").GetAttributeAsync("data-generation");
        await Button("Generate").ClickAsync();
        await Page.Locator($"#picture[src][data-generation]:not([data-generation='']):not([data-generation='{before}'])").WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });
        await PictureAsync();
        await Assertions.Expect(Page.Locator("#gallery .tile.chosen")).ToHaveCountAsync(1);
    }

    /// <summary>Waits for a finished picture on the canvas.</summary>
    protected Task PictureAsync() => Assertions.Expect(Page.Locator("#picture:not(.preview)")).ToHaveAttributeAsync(
        "src", ImageAddress(), new LocatorAssertionsToHaveAttributeOptions { Timeout = 60_000 });

    /// <summary>Whether two boxes are the same to half a percent.</summary>
    protected static void AssertNear(double[] expected, double[] actual, double tolerance = 0.005)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
    }

    [GeneratedRegex("/image\\.png|^blob:")]
    private static partial Regex ImageAddress();
}
