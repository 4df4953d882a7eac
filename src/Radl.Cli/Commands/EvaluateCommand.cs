using System.CommandLine;
using Radl.Cli.Terminal;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Models;
using Radl.Evaluation.Toybox;
using Radl.Layout.Methods;
using Radl.Torch;
using Radl.Training.Stages;

namespace Radl.Cli.Commands;

/// <summary><c>radl evaluate toybox</c>: generates held-out scenes and measures them with the detector.</summary>
internal static class EvaluateCommand
{
    private const int ShownPictures = 40;
    private const int Columns = 10;
    private const int PictureSide = 128;

    public static Command Create(CommandContext context)
    {
        var world = new Argument<string>("WORLD") { Description = "What is measured: toybox, or clip (the CLIP that measures toybox pictures)" };
        var model = new Option<string>("--model") { Description = "Name or folder of the model", DefaultValueFactory = _ => "toybox" };
        var methods = new Option<string>("--methods") { Description = "Comma-separated: codec (the ceiling), sd, radl", DefaultValueFactory = _ => "codec,sd,radl" };
        var scenes = new Option<int>("--scenes") { Description = "Held-out scenes of 2 to 6 instances", DefaultValueFactory = _ => 200 };
        var least = new Option<int>("--min-instances") { Description = "Fewest instances of a scene", DefaultValueFactory = _ => 2 };
        var most = new Option<int>("--max-instances") { Description = "Most instances of a scene", DefaultValueFactory = _ => 6 };
        var steps = new Option<int>("--steps") { Description = "Denoising steps", DefaultValueFactory = _ => 60 };
        var control = new Option<int>("--control-steps") { Description = "Steps under control, from the first on", DefaultValueFactory = _ => 30 };
        var guidance = new Option<double?>("--guidance") { Description = "Classifier-free guidance scale (default: the model's own, else 7.5)" };
        var output = new Option<string>("--out", "-o") { Description = "Folder of the tables and picture grids", DefaultValueFactory = _ => "out/evaluation" };
        var command = new Command("evaluate", "Measure a model on held-out scenes") { world, model, methods, scenes, least, most, steps, control, guidance, output };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(world),
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(methods).Split(','),
            new ToyboxEvaluationOptions
            {
                Scenes = parsed.GetValue(scenes),
                MinInstances = parsed.GetValue(least),
                MaxInstances = parsed.GetValue(most),
                Steps = parsed.GetValue(steps),
                ControlSteps = parsed.GetValue(control),
            },
            parsed.GetValue(guidance),
            parsed.GetRequiredValue(output),
            context));
        return command;
    }

    private static int Run(string world, string modelName, string[] methods, ToyboxEvaluationOptions options, double? guidance, string output, CommandContext context)
    {
        if (world == "clip")
        {
            return ClipEvaluation.Run(context.Models.Find(modelName).Folder, options.Scenes, context);
        }
        if (world != "toybox")
        {
            throw new ArgumentException($"'{world}' cannot be measured: toybox and clip are what there is");
        }
        if (methods.FirstOrDefault(method => method is not ("codec" or "sd" or "radl")) is { } unknown)
        {
            throw new ArgumentException($"--methods: '{unknown}' is not one of codec, sd, radl");
        }
        string folder = context.Models.Find(modelName).Folder;
        options = options with { Guidance = guidance ?? new ModelFolder(folder).Guidance ?? options.Guidance };
        Directory.CreateDirectory(output);
        using var model = new FrozenModel(folder, DType.BFloat16, Device.Cpu);
        foreach (string method in methods)
        {
            ToyScore score = method == "codec" ? ToyboxEvaluation.Ceiling(model, options, context.Cancellation) : Generate(folder, method, model, options, output, context);
            context.Output.WriteLine($"{method}: {score}");
            foreach ((int count, ToyTally tally) in score.ByCount)
            {
                context.Output.WriteLine(FormattableString.Invariant(
                    $"  {count} instances: success {100 * tally.SuccessRate:f1}, mIoU {100 * tally.MeanIou:f1}, pattern {100 * tally.PatternAccuracy:f1}, category {100 * tally.CategoryAccuracy:f1}, relation {100 * tally.RelationAccuracy:f1}"));
            }
        }
        return ExitCodes.Done;
    }

    private static ToyScore Generate(string folder, string method, FrozenModel model, ToyboxEvaluationOptions options, string output, CommandContext context)
    {
        using LayoutAdapter? adapter = method == "sd" ? null : LayoutAdapter.Open(Path.Combine(folder, "adapters", method), DType.BFloat16);
        var tiles = new List<RgbImage>();
        int done = 0;
        ToyScore score = ToyboxEvaluation.Run(model, adapter, options, (scenes, pixels, _) =>
        {
            done += scenes.Length;
            context.Error.WriteLine($"{method}: {done} of {options.Scenes} scenes");
            int bytes = PictureSide * PictureSide * 3;
            for (int i = 0; i < scenes.Length && tiles.Count < ShownPictures; i++)
            {
                OverlayBox[] boxes = scenes[i].Instances.Select(instance => new OverlayBox(instance.Box.X1, instance.Box.Y1, instance.Box.X2, instance.Box.Y2)).ToArray();
                tiles.Add(Overlay.Draw(new RgbImage(PictureSide, PictureSide, pixels[(i * bytes)..((i + 1) * bytes)]), boxes, thickness: 1));
            }
        }, context.Cancellation);
        PngWriter.Write(Path.Combine(output, method + ".png"), ImageGrid.Tile(tiles, Columns, gap: 2));
        return score;
    }
}
