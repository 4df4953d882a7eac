using Radl.Torch;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Radl.Conformance.Tests;

/// <summary>Runs every case folder. A folder of an unknown kind fails by name; none is skipped.</summary>
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, Action<string>> Kinds = new(StringComparer.Ordinal)
    {
        ["clip_text"] = StableDiffusionConformance.ClipText,
        ["unet"] = StableDiffusionConformance.UNet,
        ["vae"] = StableDiffusionConformance.Vae,
        ["layers"] = LayersConformance.Layers,
        ["safetensors_bad"] = SafetensorsConformance.Bad,
        ["torch_pickle"] = TorchPickleConformance.TorchPickle,
        ["sd14_keys"] = StateDictConformance.Sd14Keys,
        ["sd14_original_keys"] = StateDictConformance.Sd14OriginalKeys,
        ["radl_keys"] = StateDictConformance.RadlKeys,
        ["relations"] = RelationsConformance.Relations,
        ["tokenizer"] = TokenizerConformance.Tokenizer,
        ["schedulers"] = SchedulerConformance.Schedulers,
        ["radl"] = RadlConformance.Radl,
        ["migc"] = MigcConformance.Migc,
        ["migc_plus"] = MigcPlusConformance.MigcPlus,
        ["migc_keys"] = StateDictConformance.MigcKeys,
        ["migc_unet"] = MigcUnetConformance.MigcUnet,
        ["gligen"] = GligenConformance.Gligen,
        ["gligen_keys"] = StateDictConformance.GligenKeys,
        ["multidiffusion"] = MultiDiffusionConformance.MultiDiffusion,
        ["boxdiff"] = BoxDiffConformance.BoxDiff,
        ["layout_guidance"] = LayoutGuidanceConformance.LayoutGuidance,
        ["sd_pipeline"] = SdPipelineConformance.SdPipeline,
        ["coco_eval"] = CocoEvalConformance.CocoEval,
        ["fid"] = FidConformance.Fid,
        ["migc_eval"] = MigcEvalConformance.MigcEval,
    };

    public static TheoryData<string> Cases => new(GoldenFolder.AllCases());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_number_of_the_reference_is_met(string name)
    {
        long before = Tensor.LiveCount;
        Assert.True(
            Kinds.TryGetValue(GoldenFolder.KindOf(name), out Action<string>? run),
            $"{name}: cases of kind '{GoldenFolder.KindOf(name)}' are not supported (known: {string.Join(", ", Kinds.Keys)})");
        run!(name);
        Assert.Equal(before, Tensor.LiveCount);
    }
}
