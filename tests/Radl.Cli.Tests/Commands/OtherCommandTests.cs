using Radl.Cli.Terminal;
using Radl.Layout.Methods;

namespace Radl.Cli.Tests.Commands;

public sealed class OtherCommandTests(CliTest.Models models) : CliTest(models)
{
    [Fact]
    public void Relations_are_one_JSON_object_a_line_for_arguments_and_standard_input()
    {
        const string Expected = """{"prompt":"a red fish chasing a blue car","verbs":["chasing"],"relations":[{"verb":"chasing","subject":"fish","object":"car"}],"prepositions":[]}""";
        (int code, string output, _) = Run(new StringWriter(), "a red fish chasing a blue car\n\na dog\n", "relations", "a red fish chasing a blue car", "-");
        Assert.Equal(ExitCodes.Done, code);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Equal([Expected, Expected], lines[..2]);
        Assert.All(lines[2..], line => Assert.Contains("\"relations\":[]", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Info_names_libtorch_the_threads_and_the_models()
    {
        (int code, string output, _) = Run("info");
        Assert.Equal(ExitCodes.Done, code);
        Assert.Matches(@"libtorch\s+\d+\.\d+", output);
        Assert.Matches(@"library\s+/", output);
        Assert.Matches(@"threads\s+[1-9]", output);
        Assert.Matches($@"tiny\s+{Path.Combine(ModelsRoot, "tiny")} \(adapters: radl\)", output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("generate")]
    [InlineData("relations")]
    [InlineData("paint picture.json")]
    public void Wrong_usage_names_the_help(string args)
    {
        (int code, _, string error) = Run(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paint picture.json", "command 'paint' is not one of generate, train, ")]
    [InlineData("models paint", "command 'paint' is not one of list, pull, ")]
    [InlineData("models", "a command is needed, one of list, pull, ")]
    [InlineData("--colour", "radl has no option --colour")]
    [InlineData("generate scene.json --steps abc", "--steps (abc) needs a whole number")]
    [InlineData("generate scene.json --seed 1.5", "--seed (1.5) needs a whole number")]
    [InlineData("generate scene.json --count many", "--count (many) needs a whole number")]
    [InlineData("generate scene.json --guidance strong", "--guidance (strong) needs a number")]
    [InlineData("evaluate toybox --steps abc", "--steps (abc) needs a whole number")]
    [InlineData("evaluate toybox --scenes 3000000000", "--scenes (3000000000) must lie in [-2147483648, 2147483647]")]
    public void Wrong_usage_is_told_without_the_parsers_words(string args, string expected)
    {
        (int code, _, string error) = Run(args.Split(' '));
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.StartsWith($"radl: {expected}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("evaluate")]
    public void Help_says_whose_share_of_the_steps_is_controlled(string command)
    {
        string help = string.Join(' ', Run(command, "--help").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("the method's own share, half for radl, migc and boxdiff", help, StringComparison.Ordinal);
        string[] halves = [.. LayoutMethods.All.Where(method => method.ControlSteps(60) == 30).Select(method => method.Name)];
        Assert.Equal(["radl", "migc", "boxdiff"], halves);
    }

    [Fact]
    public void Help_lists_every_option()
    {
        (int code, string output, _) = Run("generate", "--help");
        Assert.Equal(ExitCodes.Done, code);
        string[] options = ["--out", "--model", "--method", "--steps", "--control-steps", "--guidance", "--scheduler", "--seed", "--count", "--dtype", "--device", "--token-merging", "--vae-tiling", "--overlay", "--attention-maps", "--save-steps"];
        Assert.All(options, option => Assert.Contains(option, output, StringComparison.Ordinal));
    }
}
