using Radl.Layout.Methods.Migc;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>A MIGC layer and the fuser without parameters against the official module: every submodule, the fusion weights, the call rule.</summary>
public static class MigcConformance
{
    /// <summary>Runs one case folder of the kind <c>migc</c>.</summary>
    public static void Migc(string name)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var golden = new MigcCase(name, MigcVariant.Original);
        foreach (MigcSceneComparison scene in golden.Scenes)
        {
            scene.Layer(golden.Adapter);
            scene.Scaled(golden.Adapter);
            scene.Fuser(golden.Adapter);
            scene.Processor(golden.Adapter, golden.Attention);
        }
        golden.Finish();
    }
}
