using System.Net;

namespace Radl.Cli.Tests.Commands;

public sealed class StudioTests(CliTest.Models models) : CliTest(models)
{
    [Fact]
    public async Task A_studio_serves_until_it_is_asked_to_end()
    {
        using var output = new SignallingWriter();
        Task<(int Code, string Output, string Error)> running = Task.Run(() => Run(output, "", "studio", "--port", "0", "--model", "tiny", "--data", Scratch.In("data")), TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = await output.Address };

        HttpStatusCode health = (await client.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode;
        await Stop.CancelAsync();
        (int code, string address, string error) = await running;

        Assert.Equal(HttpStatusCode.OK, health);
        Assert.Equal(0, code);
        Assert.Equal(client.BaseAddress!.ToString(), address.Trim());
        Assert.Contains("Ctrl-C ends it", error, StringComparison.Ordinal);
        Assert.True(File.Exists(Scratch.In("data", "gallery.db")));
    }

    [Theory]
    [InlineData("--host", "example.org", "must be an IP address")]
    [InlineData("--host", "0.0.0.0", "--api-key-file")]
    [InlineData("--port", "70000", "[0, 65535]")]
    [InlineData("--queue", "0", "[1, 10000]")]
    [InlineData("--model", "nothing", "was not found")]
    public void A_wrong_option_is_named(string option, string value, string expected)
    {
        string[] model = option == "--model" ? [] : ["--model", "tiny"];
        (int code, _, string error) = Run(["studio", "--data", Scratch.In("data"), .. model, option, value]);

        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_key_is_shown_once_and_only_its_hash_is_kept()
    {
        Stop.Cancel();
        (_, _, string error) = Run("studio", "--port", "0", "--model", "tiny", "--data", Scratch.In("data"), "--api-key-file", Scratch.In("keys"));
        string key = error.Split('\n').First(line => line.Trim().Length == 64).Trim();

        Assert.StartsWith("sha256:", File.ReadAllText(Scratch.In("keys")), StringComparison.Ordinal);
        Assert.DoesNotContain(key, File.ReadAllText(Scratch.In("keys")), StringComparison.Ordinal);
    }

    /// <summary>Tells the address as soon as it is written.</summary>
    private sealed class SignallingWriter : StringWriter
    {
        private const string Before = "open at ";

        private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Uri> Address => _address.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value is not null && value.Contains(Before, StringComparison.Ordinal))
            {
                _address.TrySetResult(new Uri(value.Split(Before)[1].Split(' ')[0]));
            }
        }
    }
}
