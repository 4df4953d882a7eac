using System.Text.Json;
using Radl.Benchmarking.Reports;
using Radl.Diffusion.Models;
using Radl.Diffusion.Sampling;
using Radl.Layout.Methods;
using Radl.Torch;

namespace Radl.Benchmarking.Tests;

public sealed class BenchRunTests : TensorTest, IClassFixture<BenchRunTests.ModelFolder>
{
    private readonly BenchSettings _settings;

    public BenchRunTests(ModelFolder folder) => _settings = new BenchSettings
    {
        Model = new LocatedModel("tiny", folder.Path),
        DType = DType.Float32,
        Device = Device.Cpu,
        Rounds = new Rounds(0, 1),
        DecodeRounds = new Rounds(0, 1),
    };

    [Fact]
    public void Every_stage_every_method_and_every_number_of_instances_is_measured()
    {
        var titles = new List<string>();
        BenchReport report = Run(_settings with { Methods = [LayoutMethods.Radl, LayoutMethods.Migc, LayoutMethods.BoxDiff, LayoutMethods.LayoutGuidance], Instances = [1, 6], Load = true, TokenMerging = 0.5, VaeTiling = true }, titles);
        Assert.Equal(
            [("radl", 1), ("radl", 6), ("migc", 1), ("migc", 6), ("boxdiff", 1), ("boxdiff", 6), ("layout-guidance", 1), ("layout-guidance", 6)],
            report.Controlled.Select(control => (control.Method, control.Instances)));
        Assert.Equal(("radl", 6), (report.MainControl.Method, report.MainControl.Instances));
        Assert.All(report.Controlled, control => Assert.Equal(control.Seconds.Median / report.PlainStep.Seconds.Median, control.Ratio, 1e-12));
        StageResult[] stages = [report.Text, report.PlainStep, report.Decode];
        Assert.All(stages, stage => Assert.Equal(stage.Flops / stage.Seconds.Median / report.Peaks[DType.Float32], stage.ShareOfPeak, 1e-12));
        Assert.Equal(2, report.Options.Count);
        Assert.Equal(5, report.Load!.Runs);
        Assert.Contains("steps", titles);
        Assert.Equal(64, report.Side);
        Assert.False(report.HasTargets);
    }

    [Fact]
    public void Every_method_that_controls_a_step_is_measured()
    {
        BenchReport report = Run(_settings with { Methods = BenchSettings.KnownMethods, Instances = [2] }, []);
        Assert.Equal(["radl", "migc", "gligen", "boxdiff", "layout-guidance", "multidiffusion"], report.Controlled.Select(control => control.Method));
        Assert.All(report.Controlled, control => Assert.True(control.Seconds.Median > 0));
        Assert.Contains("'sd' is not one of", Assert.Throws<ArgumentException>(() => (_settings with { Methods = ["sd"] }).Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_as_JSON_has_the_promised_fields_and_as_Markdown_the_machine()
    {
        BenchReport report = Run(_settings, []);
        using JsonDocument json = JsonDocument.Parse(BenchJson.Text(report));
        JsonElement plain = json.RootElement.GetProperty("plain_step");
        Assert.Equal(["seconds", "share_of_peak"], plain.EnumerateObject().Select(field => field.Name));
        Assert.Equal(report.PlainStep.Seconds.Median, plain.GetProperty("seconds").GetDouble());
        Assert.Equal(["seconds"], json.RootElement.GetProperty("controlled_step").EnumerateObject().Select(field => field.Name));
        using var text = new StringWriter();
        BenchMarkdown.Write(report, text);
        Assert.Contains(TorchRuntime.Version, text.ToString(), StringComparison.Ordinal);
        Assert.Contains("| plain step | fp32 |", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("wanted", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_run_frees_everything()
    {
        using var stop = new CancellationTokenSource();
        var run = new BenchRun(_settings, TimeProvider.System, (title, work) =>
        {
            if (title == "steps")
            {
                stop.Cancel();
            }
            work(new Silent());
        });
        Assert.Throws<OperationCanceledException>(() => run.Execute(stop.Token));
    }

    [Theory]
    [InlineData(0, "radl", 64, "instances")]
    [InlineData(28, "radl", 64, "instances")]
    [InlineData(6, "sd", 64, "method 'sd'")]
    [InlineData(6, "radl", 65, "size (65)")]
    public void Wrong_settings_are_named(int instances, string method, int side, string named)
    {
        var error = Assert.Throws<ArgumentException>(() => Run(_settings with { Instances = [instances], Methods = [method], Side = side }, []));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static BenchReport Run(BenchSettings settings, List<string> titles) => new BenchRun(settings, TimeProvider.System, (title, work) =>
    {
        titles.Add(title);
        work(new Silent());
    }).Execute(CancellationToken.None);

    public sealed class ModelFolder : IDisposable
    {
        private readonly ScratchFolder _scratch = new();

        public ModelFolder()
        {
            TinyDiffusionModel.Write(Path);
            TinyRadl.Write(Path);
        }

        public string Path => _scratch.Path;

        public void Dispose() => _scratch.Dispose();
    }

    private sealed class Silent : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value)
        {
        }
    }
}
