using Radl.Cli.Terminal;
using Radl.Diffusion.Hub;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Models;
using Radl.Layout.Generation;
using Radl.Tests.Shared;

namespace Radl.Cli.Tests.Commands.Models;

public sealed class ModelsPullTests(CliTest.Models models) : CliTest(models)
{
    [Fact]
    public void A_pulled_model_draws_the_same_picture_by_its_id()
    {
        string source = Path.Combine(ModelsRoot, "tiny");
        using var hub = new TinyHub([.. Directory.GetFiles(source, "*", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(source, file).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllBytes(file)))]);
        (int code, string output, string error) = Run("models", "pull", "owner/tiny", "--endpoint", $"{hub.Server.Address}", "--cache", hub.Root);
        Assert.Equal((ExitCodes.Done, hub.InSnapshot()), (code, output.Trim()));
        Assert.Contains("owner/tiny: MB", error, StringComparison.Ordinal);

        string scene = Write("alone.json", """{ "prompt": "a red fish", "seed": 3 }""");
        using var messages = new StringWriter();
        using var paths = new StringWriter();
        code = CommandLine.Run(["generate", scene, "--model", "owner/tiny", "--steps", "2", "--out", Scratch.In("pulled.png")], new CommandContext
        {
            Input = TextReader.Null,
            Output = paths,
            Error = messages,
            Models = new ModelLocator([], new HubCache(hub.Root)),
            Time = TimeProvider.System,
        });
        Assert.Equal(ExitCodes.Done, code);
        Run("generate", scene, "--model", "tiny", "--steps", "2", "--out", Scratch.In("plain.png"));
        Assert.Equal(PngReader.Read(Scratch.In("plain.png")).Colours.Pixels, PngReader.Read(Scratch.In("pulled.png")).Colours.Pixels);
        Assert.Equal("owner/tiny", PictureRecipe.Read(Scratch.In("pulled.png")).Model);
    }

    [Fact]
    public void Only_what_is_included_and_not_excluded_comes()
    {
        using var hub = new TinyHub(("a.json", [1]), ("b.json", [2]), ("c.ckpt", [3]));
        Run("models", "pull", "owner/tiny", "--endpoint", $"{hub.Server.Address}", "--cache", hub.Root, "--include", "*.json", "--include", "*.ckpt", "--exclude", "b*");
        Assert.Equal(["a.json", "c.ckpt"], Directory.GetFiles(hub.InSnapshot()).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_repository_that_is_not_there_is_one_line_and_an_exit_code()
    {
        using var hub = new TinyHub();
        (int code, string output, string error) = Run("models", "pull", "owner/other", "--endpoint", $"{hub.Server.Address}", "--cache", hub.Root);
        Assert.Equal((ExitCodes.Failed, ""), (code, output));
        Assert.Contains("there is no such repository", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_name_that_is_no_repository_is_wrong_usage() => Assert.Equal(ExitCodes.BadInput, Run("models", "pull", "../x").Code);
}
