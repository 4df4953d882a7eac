using Radl.Evaluation.Runs;
using Radl.Torch;
using Radl.Toybox.Sampling;

namespace Radl.Evaluation.Tests;

/// <summary>Runs the engine with a tiny model: the live count must come back, and a folder of its own goes with the test.</summary>
public abstract class EngineTest : IClassFixture<EngineTest.TinyModel>, IDisposable
{
    private readonly long _liveBefore;

    protected EngineTest(TinyModel model)
    {
        _ = GroupNormalization.NativeHalfIsRight;
        ModelFolder = model.Folder;
        _liveBefore = Tensor.LiveCount;
    }

    protected ScratchFolder Scratch { get; } = new();

    protected string ModelFolder { get; }

    /// <summary>The tiny model's adapter, with few steps.</summary>
    protected Arm Radl => new("radl", PictureSource.Model)
    {
        Adapter = Path.Combine(ModelFolder, "adapters", "radl"),
        Sampling = new SamplingChoices { Steps = 2, ControlSteps = 1, Guidance = 3 },
    };

    public void Dispose()
    {
        Scratch.Dispose();
        Assert.Equal(_liveBefore, Tensor.LiveCount);
        GC.SuppressFinalize(this);
    }

    protected static SceneSet Pairs(int count, int batch) => new()
    {
        Name = "pairs",
        Definition = "pairs",
        Count = count,
        Batch = batch,
        At = index => new SceneRequest(new ToyScenes(ToySceneOptions.Counts(2, 3)).Sample(7, index)),
    };

    protected PictureStudio OpenStudio(DType dtype = DType.Float32) => new(ModelFolder, dtype, Device.Cpu);

    /// <summary>Names and bytes of all PNG files below a folder.</summary>
    protected static SortedDictionary<string, byte[]> PicturesIn(string folder) => new(
        Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllBytes),
        StringComparer.Ordinal);

    public sealed class TinyModel : IDisposable
    {
        private readonly ScratchFolder _scratch = new();

        public TinyModel()
        {
            TinyDiffusionModel.Write(Folder);
            TinyRadl.Write(Folder);
        }

        public string Folder => _scratch.In("model");

        public void Dispose() => _scratch.Dispose();
    }
}
