using Microsoft.Playwright;

namespace Radl.Studio.Browser.Tests.Running;

/// <summary>The browser of the distribution.</summary>
internal static class Chromium
{
    private static readonly string[] UsualPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // What ./radl sets for libtorch; a browser brings its own allocator and may not start with another.
    private static readonly string[] NotForBrowsers = ["LD_PRELOAD", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_"];

    /// <summary>Starts a browser without a window.</summary>
    /// <exception cref="InvalidOperationException">There is none on this machine.</exception>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Find(),
        // Tests run as root in containers, where Chromium's own sandbox cannot start; the pages are our own.
        Args = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
        Env = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => !NotForBrowsers.Contains((string)entry.Key))
            .Select(entry => KeyValuePair.Create((string)entry.Key, (string)entry.Value!)),
    });

    private static string Find()
    {
        string? named = Environment.GetEnvironmentVariable("RADL_CHROMIUM");
        return (string.IsNullOrEmpty(named) ? UsualPlaces : [named]).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "The browser tests need Chromium: install Debian's package chromium (apt-get install chromium), or let RADL_CHROMIUM name the program.");
    }
}
