using System.CommandLine;
using Radl.Cli.Evaluation;
using Radl.Cli.Terminal;
using Radl.Evaluation.Runs;

namespace Radl.Cli.Commands;

/// <summary><c>radl evaluate toybox</c>: makes held-out pictures, measures them, writes the report.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CommandContext context)
    {
        var world = new Argument<string>("WORLD") { Description = "What is measured: toybox, or clip (the CLIP that measures toybox pictures)" };
        var model = new Option<string>("--model") { Description = "Name or folder of the model", DefaultValueFactory = _ => "toybox" };
        var methods = new Option<string?>("--methods") { Description = "Comma-separated: sd, boxdiff, layout-guidance, multidiffusion, any adapter of the model, or NAME=FOLDER (default: sd and what is there of migc and radl)" };
        var allSeeds = new Option<bool>("--all-seeds") { Description = "Take the model's further training seeds of each adapter along (folder seeds/): rows are their mean, and take as many times longer" };
        var suite = new Option<string>("--suite") { Description = "tables, ablations, open (the paper's open questions), verbs (who is told the verb), or all", DefaultValueFactory = _ => "tables" };
        var quick = new Option<bool>("--quick") { Description = "100 scenes in all, a few minutes" };
        var scenes = new Option<int?>("--scenes") { Description = "Held-out scenes of each table (default 800)" };
        var variantScenes = new Option<int?>("--variant-scenes") { Description = "Held-out scenes of each variant in the suites ablations, open and verbs (default 200)" };
        var least = new Option<int>("--min-instances") { Description = "Fewest instances of a scene", DefaultValueFactory = _ => 2 };
        var most = new Option<int>("--max-instances") { Description = "Most instances of a scene", DefaultValueFactory = _ => 6 };
        var steps = new Option<int>("--steps") { Description = "Denoising steps", DefaultValueFactory = _ => 60 };
        var control = new Option<int?>("--control-steps") { Description = "Steps under control, from the first on (default: the method's own share, half for radl, migc and boxdiff)" };
        var guidance = new Option<double?>("--guidance") { Description = "Classifier-free guidance scale (default: the model's own, else 7.5)" };
        var scheduler = new Option<string>("--scheduler") { Description = "Solver", DefaultValueFactory = _ => "euler" };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda", DefaultValueFactory = _ => "auto" };
        var batch = new Option<int?>("--batch") { Description = "Scenes drawn together (default 8, on a GPU 32)" };
        var workers = new Option<int?>("--workers") { Description = "Batches drawn side by side, each by one thread (default: one a core, on a GPU one)" };
        var shard = new Option<string?>("--shard") { Description = "I/N: draw this share only; RANK and WORLD_SIZE say the same" };
        var restart = new Option<bool>("--restart") { Description = "Throw away pictures that were made with other settings" };
        var output = new Option<string>("--out", "-o") { Description = "Folder of pictures and report; a run that was stopped goes on in it", DefaultValueFactory = _ => "out/evaluation" };
        var command = new Command("evaluate", "Measure a model on held-out scenes")
        {
            world, model, methods, allSeeds, suite, quick, scenes, variantScenes, least, most, steps, control, guidance, scheduler, device, batch, workers, shard, restart, output,
        };
        command.SetAction(parsed => new EvaluateRun(
            new EvaluateOptions
            {
                World = parsed.GetRequiredValue(world),
                Model = parsed.GetRequiredValue(model),
                Methods = parsed.GetValue(methods)?.Split(','),
                AllSeeds = parsed.GetValue(allSeeds),
                Suite = parsed.GetRequiredValue(suite),
                Quick = parsed.GetValue(quick),
                Scenes = parsed.GetValue(scenes),
                VariantScenes = parsed.GetValue(variantScenes),
                MinInstances = parsed.GetValue(least),
                MaxInstances = parsed.GetValue(most),
                Steps = parsed.GetValue(steps),
                ControlSteps = parsed.GetValue(control),
                Guidance = parsed.GetValue(guidance),
                Scheduler = parsed.GetRequiredValue(scheduler),
                Device = parsed.GetRequiredValue(device),
                Batch = parsed.GetValue(batch),
                Workers = parsed.GetValue(workers),
                Shard = parsed.GetValue(shard) is { } text ? Shard.Parse(text) : Shard.FromEnvironment(Environment.GetEnvironmentVariable),
                Restart = parsed.GetValue(restart),
                Out = parsed.GetRequiredValue(output),
                Command = string.Join(' ', parsed.Tokens.Select(token => token.Value)),
            },
            context).Run());
        return command;
    }
}
