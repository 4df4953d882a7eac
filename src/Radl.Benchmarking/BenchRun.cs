using Radl.Benchmarking.Machine;
using Radl.Benchmarking.Models;
using Radl.Benchmarking.Stages;
using Radl.Diffusion.Cost;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Benchmarking;

/// <summary>Does a stage of a measurement under some display of its progress.</summary>
/// <param name="title">What is measured.</param>
/// <param name="work">Called at once; told where to report its rounds.</param>
public delegate void StageDisplay(string title, Action<IProgress<SamplingProgress>> work);

/// <summary>Measures a model stage by stage.</summary>
/// <param name="settings">What.</param>
/// <param name="time">The clock.</param>
/// <param name="display">Shows how far it is.</param>
public sealed class BenchRun(BenchSettings settings, TimeProvider time, StageDisplay display)
{
    private const int Prompts = 7;

    /// <summary>Measures everything.</summary>
    /// <param name="cancellation">Checked before every run of anything.</param>
    /// <exception cref="ArgumentException">A setting is wrong.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; all tensors are freed.</exception>
    public BenchReport Execute(CancellationToken cancellation)
    {
        settings.Validate();
        int threads = TorchRuntime.Threads;
        try
        {
            using var guard = Autograd.NoGrad();
            return Measure(threads, cancellation);
        }
        finally
        {
            TorchRuntime.Threads = threads;
        }
    }

    private BenchReport Measure(int threads, CancellationToken cancellation)
    {
        OtherLoad others = OtherLoad.Watch(time);
        BenchModel model = null!;
        double build = 0;
        display(settings.Model is null ? "making the model" : "opening the model", progress =>
        {
            long start = time.GetTimestamp();
            model = settings.Model is { } located ? BenchModel.Open(located, settings.DType, settings.Device) : BenchModel.Random(settings.DType, settings.Device);
            build = time.GetElapsedTime(start).TotalSeconds;
            progress.Report(new SamplingProgress(1, 1));
        });
        BenchReport report;
        using (model)
        {
            int side = settings.Side ?? model.NativeSide;
            bool isLarge = model.GainsFromThreads(side);
            TorchRuntime.Threads = settings.Threads ?? (isLarge ? threads : 1);
            report = Measure(model, side, isLarge, build, others, cancellation);
        }
        // Only now, so that neither the other copy of the weights nor its files are in the figures above.
        return settings.Load ? report with { Load = Load(cancellation) } : report;
    }

    private BenchReport Measure(BenchModel model, int side, bool isLarge, double build, OtherLoad others, CancellationToken cancellation)
    {
        var timer = new StageTimer(settings.Device, time, cancellation);
        MachineHeader header = MachineHeader.Read();
        Dictionary<DType, double> peaks = Peaks(model, isLarge, cancellation);
        int factor = model.Vae.Config.Factor;
        int latents = side / factor;
        int tokens = model.TextEncoder.Config.MaxPositionEmbeddings;
        using var scope = TensorScope.Enter();
        using var generator = new Generator(4);

        Tensor ids = BenchScene.TokenIds(model.TextEncoder.Config, Prompts, generator).To(settings.Device);
        StageResult text = Stage(
            "text encoding, 7 prompts", model.TextEncoder.Parameters.First().Value.DType, ModelCost.Encode(model.TextEncoder.Config, tokens).Total * Prompts,
            settings.Rounds, timer, () => model.TextEncoder.Forward(ids));

        (Measurement plain, IReadOnlyList<ControlResult> controlled, List<OptionResult> options) = Steps(model, side, timer, generator);
        double step = UNetCost.Of(model.Unet.Config, latents, latents, tokens).Step.Total * 2;
        var plainStep = new StageResult("plain step", model.Unet.DType, plain, step, 0, PeakMemory.Bytes());

        Tensor picture = Tensor.Randn([1, model.Vae.Config.LatentChannels, latents, latents], generator).To(settings.Device);
        StageResult decode = Stage(
            "VAE decode", model.Vae.DType, ModelCost.Decode(model.Vae.Config, latents, latents).Total,
            settings.DecodeRounds, timer, () => LatentPictures.Decode(model.Vae, picture));

        if (settings.VaeTiling)
        {
            StageResult tiled = Stage("VAE decode in tiles", model.Vae.DType, decode.Flops, settings.DecodeRounds, timer, () => LatentPictures.Decode(model.Vae, picture, new VaeTiling()));
            options.Add(new OptionResult(tiled.Name, tiled.Seconds, tiled.Seconds.Median / decode.Seconds.Median));
        }

        // A machine may be faster at the end than at the start; the share is of the best it showed.
        foreach ((DType dtype, double late) in Peaks(model, isLarge, cancellation))
        {
            peaks[dtype] = Math.Max(peaks[dtype], late);
        }
        return new BenchReport
        {
            Header = header,
            OtherCores = others.Cores(),
            Model = model.Name,
            HasTargets = model.Name == BenchModel.FullSize && side == 512 && settings.Device.IsCpu,
            Side = side,
            DType = model.Unet.DType,
            Device = settings.Device,
            Peaks = peaks,
            BuildSeconds = build,
            Text = Shared(text),
            PlainStep = Shared(plainStep),
            Controlled = controlled,
            Decode = Shared(decode),
            Options = options,
            Load = null,
        };

        StageResult Shared(StageResult stage) => stage with { ShareOfPeak = stage.Flops / stage.Seconds.Median / peaks[stage.DType] };
    }

    private Dictionary<DType, double> Peaks(BenchModel model, bool isLarge, CancellationToken cancellation)
    {
        // A small model's own products do not fill the machine either; half a second of measuring is enough for it.
        int side = isLarge ? GemmPeak.SideOn(settings.Device) : 512;
        var peaks = new Dictionary<DType, double>();
        DType[] dtypes = [.. new[] { model.Unet.DType, model.Vae.DType, model.TextEncoder.Parameters.First().Value.DType }.Distinct()];
        display("fastest matrix product", progress =>
        {
            foreach (DType dtype in dtypes)
            {
                peaks[dtype] = GemmPeak.Measure(dtype, settings.Device, side, time, cancellation);
                progress.Report(new SamplingProgress(peaks.Count, dtypes.Length));
            }
        });
        return peaks;
    }

    private (Measurement Plain, IReadOnlyList<ControlResult> Controlled, List<OptionResult> Options) Steps(BenchModel model, int side, StageTimer timer, Generator generator)
    {
        using var scope = TensorScope.Enter();
        using var steps = new StepStage(model, side, settings, generator);
        Measurement[] measured = [];
        display("steps", progress => measured = timer.InTurns(settings.Rounds, progress, [steps.Plain, .. steps.Controlled.Select(arm => arm.Step), .. steps.Merged is { } merged ? (Action[])[merged] : []]));
        Measurement plain = measured[0];
        List<OptionResult> options = steps.Merged is null ? []
            : [new OptionResult(FormattableString.Invariant($"plain step, {settings.TokenMerging:p0} of tokens merged"), measured[^1], measured[^1].Median / plain.Median)];
        return (plain, [.. steps.Controlled.Select((arm, i) => new ControlResult(
            arm.Method, arm.Instances, measured[i + 1], measured[i + 1].Median / plain.Median, measured[i + 1].Least / plain.Least))], options);
    }

    private StageResult Stage(string name, DType dtype, double flops, Rounds rounds, StageTimer timer, Action work)
    {
        Measurement seconds = null!;
        display(name, progress => seconds = timer.InTurns(rounds, progress, work)[0]);
        return new StageResult(name, dtype, seconds, flops, 0, PeakMemory.Bytes());
    }

    private Measurement Load(CancellationToken cancellation)
    {
        Measurement seconds = null!;
        display("opening the model", progress => seconds = LoadStage.Measure(settings, time, progress, cancellation));
        return seconds;
    }
}
