using System.CommandLine;
using System.Globalization;
using Radl.Cli.Generation;
using Radl.Cli.Terminal;
using Radl.Diffusion.Lora;
using Radl.Layout.Generation;
using Radl.Layout.Methods;

namespace Radl.Cli.Commands;

/// <summary><c>radl generate SCENE…</c>: pictures from scenes, or from pictures that were made before.</summary>
internal static class GenerateCommand
{
    private const int MostPictures = 10_000;

    public static Command Create(CommandContext context)
    {
        var scenes = new Argument<string[]>("SCENE") { Description = "Scene files, folders of them, JSON Lines, or pictures to make again", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--out", "-o") { Description = "File ending in .png, or folder (default: out/NAME.png)" };
        var model = new Option<string?>("--model") { Description = "Name or folder of the model (default: toybox)" };
        var method = new Option<string?>("--method") { Description = $"Layout method: {string.Join(", ", LayoutMethods.Names)} (default: radl)" };
        var steps = new Option<int?>("--steps") { Description = "Denoising steps (default: 60)" };
        var controlSteps = new Option<int?>("--control-steps") { Description = "Steps under control, from the first on (default: the method's own share, half for radl, migc and boxdiff)" };
        var guidance = new Option<double?>("--guidance") { Description = "Classifier-free guidance scale (default: the model's own, else 7.5)" };
        var scheduler = new Option<string?>("--scheduler") { Description = $"Solver: {string.Join(", ", SolverNames.All)} (default: euler)" };
        var seed = new Option<long?>("--seed") { Description = "Seed of the first picture (default: the scene's, or else a random one)" };
        var count = new Option<int>("--count") { Description = "Pictures of each scene, with consecutive seeds", DefaultValueFactory = _ => 1 };
        var dtype = new Option<string?>("--dtype") { Description = "fp32, bf16, fp16 or auto (default: auto)" };
        var device = new Option<string?>("--device") { Description = "cpu, cuda, cuda:N or auto (default: auto)" };
        var lora = new Option<string[]>("--lora") { Description = "LoRA to merge into the model: FILE or FILE:STRENGTH; may be given again (default strength: 1)" };
        var merging = new Option<double?>("--token-merging") { Description = "Share of tokens merged in the finest self-attention, 0 to 0.75: faster, a little less exact (default: 0)" };
        var tiling = new Option<bool>("--vae-tiling") { Description = "Decode in tiles: less memory for large pictures" };
        var overlay = new Option<bool>("--overlay") { Description = "Also write NAME.overlay.png with boxes and labels" };
        var maps = new Option<bool>("--attention-maps") { Description = "Also write NAME.attention.png: where each instance and verb acted" };
        var saveSteps = new Option<bool>("--save-steps") { Description = "Also write the picture after every step, into NAME.steps" };
        // The parser takes an option that it does not know for one more scene.
        scenes.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } unknown)
            {
                result.AddError($"generate has no option {unknown.Value}");
            }
        });
        count.Validators.Add(result =>
        {
            // A text that is no number is the parser's to refuse.
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, CultureInfo.InvariantCulture, out int given) && given is (< 1 or > MostPictures))
            {
                result.AddError($"--count ({given}) must lie in [1, {MostPictures}]");
            }
        });
        var command = new Command("generate", "Make pictures of scenes")
        {
            scenes, output, model, method, steps, controlSteps, guidance, scheduler, seed, count, dtype, device, lora, merging, tiling, overlay, maps, saveSteps,
        };
        command.SetAction(parsed =>
        {
            using var run = new GenerateRun(
                new GenerateOptions
                {
                    Scenes = parsed.GetRequiredValue(scenes),
                    Out = parsed.GetValue(output),
                    Model = parsed.GetValue(model),
                    Method = parsed.GetValue(method),
                    Steps = parsed.GetValue(steps),
                    ControlSteps = parsed.GetValue(controlSteps),
                    Guidance = parsed.GetValue(guidance),
                    Scheduler = parsed.GetValue(scheduler),
                    Seed = parsed.GetValue(seed),
                    Count = parsed.GetValue(count),
                    DType = parsed.GetValue(dtype),
                    Device = parsed.GetValue(device),
                    Loras = [.. (parsed.GetValue(lora) ?? []).Select(LoraUse.Parse)],
                    TokenMerging = parsed.GetValue(merging),
                    VaeTiling = parsed.GetValue(tiling),
                    Overlay = parsed.GetValue(overlay),
                    AttentionMaps = parsed.GetValue(maps),
                    SaveSteps = parsed.GetValue(saveSteps),
                    Verbose = parsed.GetValue<bool>("--verbose"),
                },
                context);
            return run.Run();
        });
        return command;
    }
}
