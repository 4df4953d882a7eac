using Radl.Layout.Methods;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>Compares what a RaDL layer computed on the way, in the reference's order of phases, as far as the reference recorded it.</summary>
internal sealed class RadlTraceComparison(GoldenCase golden, HashSet<string> compared, string scene, int height, int width, LayoutConditions conditions, LayoutTrace trace)
{
    private readonly int _scenes = conditions.Counts.Count;
    private readonly int _instances = conditions.Counts.Sum();
    private readonly int _most = conditions.Counts.Max();

    public void Run()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Tensor columns = trace.Masks!.Unsqueeze(2);
        Compare("M", () => PerInstance(trace.Masks!).Reshape(_scenes, _most, height, width));
        Compare("M_bg", () => trace.Background!.Reshape(_scenes, height, width));
        Compare("M_total", () => trace.Total!.Reshape(_scenes, height, width));
        Compare("LNX", () => trace.Normalised!);
        Compare("query", () => trace.Query!.Unsqueeze(0));
        Compare("ae_allowed", () => trace.OpenKeys!.Reshape(1, _instances, height * width));
        Compare("R", () => Tensor.Cat([trace.PromptAttention!, trace.LabelAttention!], 0).Unsqueeze(0));
        Compare("F", () => trace.Gathered!.Unsqueeze(0));
        Compare("Fhat", () => trace.Enhanced!.Unsqueeze(0));
        Compare("e", () => trace.Positions!.Unsqueeze(0));
        Compare("ea_attn", () => trace.InstanceProbabilities!.Mean([2]).Reshape(1, _instances, height, width, 2));
        Compare("I", () => (trace.InstanceAttention! * columns).Unsqueeze(0));
        Compare("S", () => trace.Instances!.Unsqueeze(0));
        Compare("S_0", () => trace.BackgroundPhase!);
        Compare("S_LA", () => trace.Layout!);
        Compare("A_rel", () => trace.Relation!);
        Compare("sac_maps", () => trace.Maps!.IndexSelect(0, Tensor.From(MapOrder())).Reshape(1, -1, height, width));
        Compare("logits", () => InPhases(trace.Logits!));
        Compare("alpha", () => InPhases(trace.Weights!));
    }

    private int FullPhases => (trace.SlotOfPhase!.Count - 1 - _instances) / _scenes;

    private void Compare(string part, Func<Tensor> actual)
    {
        string name = $"{scene}.{part}";
        if (golden.OutputNames.Contains(name))
        {
            golden.Compare(name, actual());
            compared.Add(name);
        }
    }

    // [background, instances, layout, relation, null] of one scene.
    private long[] MapOrder()
    {
        int full = FullPhases;
        return [0, .. Enumerable.Range(full, _instances).Select(i => (long)i), .. Enumerable.Range(1, full - 1).Select(i => (long)i), full + _instances];
    }

    // [scenes, slots, pixels] to [scenes, background + padded instances + layout + relation, h, w]; absent phases are 0.
    private Tensor InPhases(Tensor slots)
    {
        int rows = (int)golden.Output($"{scene}.alpha").Size(1);
        int full = FullPhases;
        Tensor zero = Tensor.Zeros([height * width]);
        var picked = new List<Tensor>();
        for (int b = 0, first = 0; b < _scenes; first += conditions.Counts[b], b++)
        {
            Tensor own = slots.Select(0, b);
            var phases = new List<Tensor> { own.Select(0, 0) };
            for (int k = 0; k < _most; k++)
            {
                phases.Add(k < conditions.Counts[b] ? own.Select(0, trace.SlotOfPhase![(full * _scenes) + first + k]) : zero);
            }
            for (int f = 1; f < full; f++)
            {
                phases.Add(own.Select(0, trace.SlotOfPhase![(f * _scenes) + b]));
            }
            while (phases.Count < rows)
            {
                phases.Add(zero);
            }
            picked.Add(Tensor.Stack([.. phases]));
        }
        return Tensor.Stack([.. picked]).Reshape(_scenes, rows, height, width);
    }

    // The reference pads the instances of a ragged batch.
    private Tensor PerInstance(Tensor rows)
    {
        Tensor padding = Tensor.Zeros([1, rows.Size(1)]);
        Tensor table = Tensor.Cat([rows, padding], 0);
        var index = new List<long>();
        for (int b = 0, first = 0; b < _scenes; first += conditions.Counts[b], b++)
        {
            index.AddRange(Enumerable.Range(0, _most).Select(k => k < conditions.Counts[b] ? (long)(first + k) : _instances));
        }
        return table.IndexSelect(0, Tensor.From(index.ToArray()));
    }
}
