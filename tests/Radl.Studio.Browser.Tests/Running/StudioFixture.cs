using Microsoft.Playwright;
using Radl.Diffusion.Models;
using Radl.Studio.Browser.Tests.Running;
using Radl.Tests.Shared;

[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(StudioFixture))]

namespace Radl.Studio.Browser.Tests.Running;

/// <summary>One studio with the toybox model on a free loopback port, and one browser, for all tests.</summary>
public sealed class StudioFixture : IAsyncLifetime
{
    private readonly ScratchFolder _scratch = new();
    private StudioServer? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where the page is.</summary>
    public Uri Address => _server!.Address;

    /// <summary>The browser.</summary>
    public IBrowser Browser => _browser!;

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(30_000); // a machine may be busy with other things
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        _server = StudioServer.Create(new StudioOptions
        {
            Port = 0,
            Models = new ModelLocator([Path.Combine(Root, "models")]),
            DataFolder = _scratch.In("gallery"),
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }
        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        _scratch.Dispose();
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Radl.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Radl.slnx");
    }
}
