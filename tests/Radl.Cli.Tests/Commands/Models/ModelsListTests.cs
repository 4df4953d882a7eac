using System.Text.Json;
using Radl.Cli.Terminal;

namespace Radl.Cli.Tests.Commands.Models;

public sealed class ModelsListTests(CliTest.Models models) : CliTest(models)
{
    [Fact]
    public void Each_model_is_a_line_with_its_folder_and_adapters()
    {
        (int code, string output, _) = Run("models", "list");
        Assert.Equal(ExitCodes.Done, code);
        Assert.Matches($@"^tiny\s+{Path.Combine(ModelsRoot, "tiny")} \(adapters: radl\)\n$", output);
    }

    [Fact]
    public void The_list_can_be_read_by_a_program()
    {
        using JsonDocument list = JsonDocument.Parse(Run("models", "list", "--json").Output);
        JsonElement model = Assert.Single(list.RootElement.EnumerateArray());
        Assert.Equal("tiny", model.GetProperty("name").GetString());
        Assert.Equal(["radl"], model.GetProperty("adapters").EnumerateArray().Select(adapter => adapter.GetString()));
    }

    [Fact]
    public void Wrong_usage_of_a_command_below_names_that_commands_help()
    {
        (int code, _, string error) = Run("models", "list", "--colour");
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("radl models list --help", error, StringComparison.Ordinal);
    }
}
