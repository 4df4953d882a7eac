using Radl.Layout.Methods.Migc;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>A MIGC++ layer and its refined shader against the official module: every submodule, the fusion weights, the call rule, masks in place of boxes.</summary>
public static class MigcPlusConformance
{
    /// <summary>Runs one case folder of the kind <c>migc_plus</c>.</summary>
    public static void MigcPlus(string name)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var golden = new MigcCase(name, MigcVariant.PlusPlus);
        using MigcAdapter scaled = golden.Open(golden.Adapter.Config with { GammaScale = golden.Root.GetProperty("gamma_scale").GetDouble() });
        foreach (MigcSceneComparison scene in golden.Scenes)
        {
            scene.Regions();
            // The official layer takes square pictures alone; of others there is the refined shader.
            if (scene.IsSquare)
            {
                scene.Layer(golden.Adapter);
                scene.Scaled(golden.Adapter);
                scene.GammaScaled(scaled);
            }
            scene.Fuser(golden.Adapter);
            scene.Processor(golden.Adapter, golden.Attention, isLayerRecorded: scene.IsSquare);
        }
        golden.Finish();
    }
}
