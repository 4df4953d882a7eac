using System.CommandLine;
using Radl.Cli.Terminal;
using Radl.Diffusion.Checkpoints;
using Radl.Layout.Checkpoints;
using Radl.Torch;

namespace Radl.Cli.Commands.Models;

/// <summary><c>radl models convert FILE --out FOLDER</c>: a checkpoint in one file to a model folder, a published adapter to an adapter folder.</summary>
internal static class ModelsConvertCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "A Stable Diffusion 1.x checkpoint in one file, or published MIGC, RaDL or GLIGEN weights" };
        var output = new Option<string>("--out", "-o") { Description = "The new folder", Required = true };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "Folder with CLIP's vocab.json and merges.txt, which no checkpoint holds" };
        var dtype = new Option<string?>("--dtype") { Description = "Store weights as fp32, fp16 or bf16 (default: as they are)" };
        var command = new Command("convert", "Write a checkpoint in one file as a model folder, or published adapter weights as an adapter folder") { file, output, tokenizer, dtype };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetRequiredValue(output), parsed.GetValue(tokenizer), TypeOf(parsed.GetValue(dtype)), context));
        return command;
    }

    private static int Run(string path, string output, string? tokenizer, DType? dtype, CommandContext context)
    {
        FileKind kind = FileInspector.Inspect(path) is [var only] ? only.Kind : throw new ArgumentException($"{path} is a folder; name one file");
        if (kind == FileKind.SingleFile)
        {
            if (tokenizer is null)
            {
                throw new ArgumentException("--tokenizer is needed: a checkpoint holds no vocabulary. Name a folder with CLIP's vocab.json and merges.txt, such as the tokenizer folder of any Stable Diffusion 1.x in diffusers' layout");
            }
            using SingleFile file = SingleFile.Open(path);
            FolderConversion.Write(file, tokenizer, output, dtype);
            Warn(file.Others, context);
        }
        else if (kind is FileKind.Migc or FileKind.Radl or FileKind.Gligen)
        {
            AdapterConversion.Write(path, output, dtype);
        }
        else
        {
            throw new NotSupportedException($"{path}: only a Stable Diffusion 1.x in one file, and MIGC's, RaDL's and GLIGEN's weights can be converted; what this is: radl models inspect {path}");
        }
        context.Output.WriteLine(output);
        return ExitCodes.Done;
    }

    private static void Warn(IReadOnlyList<string> others, CommandContext context)
    {
        if (others.Count > 0)
        {
            context.Warn($"{others.Count} tensors are of no component and were left out ({string.Join(", ", others.Take(3))}{(others.Count > 3 ? ", ..." : "")})");
        }
    }

    private static DType? TypeOf(string? name) => name switch
    {
        null => null,
        "fp32" => DType.Float32,
        "fp16" => DType.Float16,
        "bf16" => DType.BFloat16,
        _ => throw new ArgumentException($"--dtype '{name}' is not one of fp32, fp16, bf16"),
    };
}
