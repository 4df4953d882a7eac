using Radl.Benchmarking.Models;
using Radl.Diffusion.Models;
using Radl.Torch;

namespace Radl.Benchmarking.Tests.Models;

public sealed class RandomModelFolderTests : TensorTest
{
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    public void A_measured_model_that_is_written_opens_as_the_same_model(DType dtype)
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.In("tiny"));
        using BenchModel model = BenchModel.Open(new LocatedModel("tiny", scratch.In("tiny")), dtype, Device.Cpu);
        RandomModelFolder.Write(scratch.In("written"), model);
        using DiffusionModel opened = DiffusionModel.Open(scratch.In("written"), dtype, Device.Cpu);
        Assert.Equal(model.Unet.Parameters.Keys, opened.Unet.Parameters.Keys);
        Assert.All(model.Unet.Parameters, entry => Assert.Equal(0, entry.Value.MaxDifference(opened.Unet.Parameters[entry.Key])));
        Assert.Equal(model.Unet.DType, opened.Unet.DType);
    }
}
