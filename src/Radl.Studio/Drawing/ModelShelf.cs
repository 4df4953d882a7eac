using Radl.Layout.Generation;
using Radl.Torch;

namespace Radl.Studio.Drawing;

/// <summary>The model that is open on a device. One at a time: another one takes its place. For the worker's thread alone.</summary>
/// <param name="options">Type and device.</param>
internal sealed class ModelShelf(DrawingOptions options) : IDisposable
{
    private ShelvedModel? _open;

    /// <summary>The model, opened if it is not. It stays the shelf's.</summary>
    public ShelvedModel Take(CatalogModel model)
    {
        if (_open?.Entry != model)
        {
            Clear();
            _open = new ShelvedModel(model, options);
        }
        return _open;
    }

    /// <summary>Closes what is open, so that its memory is free.</summary>
    public void Clear()
    {
        _open?.Dispose();
        _open = null;
    }

    public void Dispose() => Clear();
}

/// <summary>A model that is ready to draw.</summary>
internal sealed class ShelvedModel : IDisposable
{
    private LatentPreview? _preview;

    public ShelvedModel(CatalogModel entry, DrawingOptions options)
    {
        Entry = entry;
        Generator = SceneGenerator.Open(entry.Folder, options.DType, options.Device);
    }

    public CatalogModel Entry { get; }

    public SceneGenerator Generator { get; }

    /// <summary>How its latents look, fitted when it is first asked for.</summary>
    public LatentPreview Preview => _preview ??= LatentPreview.Fit(Generator.Model.Vae, Generator.Model.Device);

    public void Dispose() => Generator.Dispose();
}

/// <summary>Where and how pictures are computed.</summary>
public sealed record DrawingOptions
{
    /// <summary>Type of the U-Net.</summary>
    public DType DType { get; init; } = DType.Float32;

    /// <summary>The device.</summary>
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>Threads of an op; null leaves them to the work.</summary>
    public int? Threads { get; init; }
}
