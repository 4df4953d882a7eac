using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Radl.Diffusion.Models;

namespace Radl.Studio.Tests;

/// <summary>Every curl command of docs/api.md, in its order, against a studio with the repository's model.</summary>
public sealed partial class ApiExamplesTests : StudioTest
{
    private const string Address = "http://127.0.0.1:8188";

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private string _id = "";

    public ApiExamplesTests(TinyModels models)
        : base(models) => Options = Options with { Models = new ModelLocator([Path.Combine(Repository, "models")]), Model = "toybox" };

    [Fact]
    public async Task Every_example_of_the_documentation_works()
    {
        await StartServer();
        string text = await File.ReadAllTextAsync(Path.Combine(Repository, "docs", "api.md"), Stop);
        string[] commands = [.. ShellBlock().Matches(text).SelectMany(block => Command().Matches(block.Groups[1].Value).Select(command => command.Value.Trim()))];

        Assert.True(commands.Length > 15, $"{commands.Length} commands");
        foreach (string command in commands)
        {
            await Run(command);
        }
    }

    private async Task Run(string command)
    {
        List<string> words = [.. Word().Matches(command).Select(word => word.Value.Trim('\''))];
        (string verb, string url, string? body, string? file, string? type, string? output) = ("GET", "", null, null, null, null);
        for (int i = 1; i < words.Count; i++)
        {
            switch (words[i])
            {
                case "-N":
                    break;
                case "-X":
                    verb = words[++i];
                    break;
                case "-H":
                    type = words[++i]["Content-Type: ".Length..];
                    break;
                case "-d":
                    (verb, body) = ("POST", words[++i]);
                    break;
                case "--data-binary":
                    (verb, file) = ("POST", words[++i][1..]);
                    break;
                case "-o":
                    output = words[++i];
                    break;
                default:
                    Assert.StartsWith(Address, words[i], StringComparison.Ordinal);
                    url = words[i][Address.Length..].Replace("ID", _id, StringComparison.Ordinal);
                    break;
            }
        }
        using var request = new HttpRequestMessage(new HttpMethod(verb), url)
        {
            Content = body is not null ? new ByteArrayContent(Encoding.UTF8.GetBytes(body)) : file is not null ? new ByteArrayContent(_files[file]) : null,
        };
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", type);
        using HttpResponseMessage response = await Client.SendAsync(request, Stop);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(Stop);
        Assert.True(response.IsSuccessStatusCode, $"{command}: {response.StatusCode}: {Encoding.UTF8.GetString(answer)}");
        if (response.StatusCode == HttpStatusCode.Accepted && answer.Length > 0)
        {
            _id = (string)JsonNode.Parse(answer)!["id"]!;
        }
        if (output is not null)
        {
            _files[output] = answer;
        }
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    // A command ends where the next one begins.
    [GeneratedRegex(@"^curl .*?(?=^curl |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();
}
