using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>A batch's regions on one grid: masks and the instances' pixels. Shared by the sites of that grid.</summary>
internal sealed class RegionGrid : IDisposable
{
    private readonly OwnedTensors _owned = new();

    public RegionGrid(LayoutConditions conditions, SceneBatch batch, InstanceConfig config, LayoutBinding binding, int height, int width, DType dtype, Device device)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Height = height;
        Width = width;
        int pixels = height * width;
        IsLarge = pixels > binding.DensePixels && !binding.EveryPixel;
        Tensor masks = OnGrid(conditions.Masks, config);
        Tensor background = OnGrid(conditions.Background.IndexSelect(0, Tensor.From(Array.ConvertAll(batch.ActiveScenes, b => (long)b))), config);
        var chosen = Chosen = new InstancePixels(masks.ToArray<float>(), pixels, height, width, batch, conditions.Boxes, binding.EveryPixel, binding.RegionMultipleFor(dtype, device));
        PixelsPerInstance = chosen.Length;

        int length = chosen.Length;
        int entries = batch.Instances * length;
        var rows = new long[entries];
        var textRows = new long[entries];
        var text = new float[entries];
        var instance = new float[entries];
        for (int i = 0; i < entries; i++)
        {
            int s = i / length;
            LayoutStrength strength = conditions.Strength(s);
            rows[i] = ((long)batch.SceneOfInstance[s] * pixels) + chosen.Pixel[i];
            textRows[i] = (batch.RowOf(batch.SceneOfInstance[s]) * pixels) + chosen.Pixel[i];
            text[i] = chosen.Mask[i] * (float)strength.Text;
            instance[i] = chosen.Mask[i] * (float)strength.Instance;
        }
        Pixels = Own(Tensor.From(chosen.Pixel));
        Rows = Own(Tensor.From(rows));
        SceneOfInstance = Own(Tensor.From(Array.ConvertAll(batch.SceneOfInstance, a => (long)a)));
        TextRows = Own(Tensor.From(textRows));
        Mask = Own(Tensor.From<float>(chosen.Mask, batch.Instances, length, 1));
        TextMask = conditions.Strengths is null ? Mask : Own(Tensor.From<float>(text, batch.Instances, length, 1));
        InstanceMask = conditions.Strengths is null ? Mask : Own(Tensor.From<float>(instance, batch.Instances, length, 1));
        if (Array.IndexOf(chosen.Open, false) >= 0)
        {
            float[] closed = Array.ConvertAll(chosen.Open, open => open ? 0 : float.NegativeInfinity);
            ClosedKeys = Own(Tensor.From<float>(closed, batch.Instances, length, 1));
        }
        HostMasks = _owned.Add(masks.Detach());
        HostBackground = _owned.Add(background.Detach());
        Masks = Own(masks);
        Background = Own(background.Reshape(batch.Active, pixels, 1));
        Tensor summed = Tensor.Zeros([batch.Active, pixels]).IndexAdd(0, Tensor.From(Array.ConvertAll(batch.SceneOfInstance, a => (long)a)), masks);
        Total = Own((config.RelationPhase is { IsBinary: true } ? summed.Gt(0).To(DType.Float32) : summed.Clamp(0, 1)).Unsqueeze(2));

        Tensor Own(Tensor tensor) => _owned.Add(tensor.DType.IsFloating() ? tensor.To(device, dtype) : tensor.To(device));

        Tensor OnGrid(Tensor maps, InstanceConfig c)
        {
            Tensor planes = maps.Unsqueeze(1);
            bool there = planes.Size(2) == height && planes.Size(3) == width;
            Tensor resized = there ? planes
                : c.MaskResize == MaskResize.Area ? Functional.AveragePool(planes, height, width)
                : Functional.InterpolateBilinear(planes, height, width);
            return resized.Reshape(-1, pixels);
        }
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Whether the pairs of the grid's pixels are too many to stand in memory at once.</summary>
    public bool IsLarge { get; }

    /// <summary>The instances' pixels.</summary>
    public InstancePixels Chosen { get; }

    /// <summary>Entries per instance, L.</summary>
    public int PixelsPerInstance { get; }

    /// <summary>Pixel of each entry, int64 [S * L].</summary>
    public Tensor Pixels { get; }

    /// <summary>Row of each entry among the active scenes' pixels, int64 [S * L].</summary>
    public Tensor Rows { get; }

    /// <summary>Active scene of each instance, int64 [S].</summary>
    public Tensor SceneOfInstance { get; }

    /// <summary>Row of each entry among all rows' pixels, int64 [S * L].</summary>
    public Tensor TextRows { get; }

    /// <summary>Mask of each entry, [S, L, 1].</summary>
    public Tensor Mask { get; }

    /// <summary>Mask times the text strength, [S, L, 1].</summary>
    public Tensor TextMask { get; }

    /// <summary>Mask times the instance strength, [S, L, 1].</summary>
    public Tensor InstanceMask { get; }

    /// <summary>-inf at entries that the enhancement must not see, [S, L, 1]; null where it may see all.</summary>
    public Tensor? ClosedKeys { get; }

    /// <summary>Region masks on the whole grid, fp32 on the CPU, [S, pixels].</summary>
    public Tensor HostMasks { get; }

    /// <summary>Background masks, fp32 on the CPU, [A, pixels].</summary>
    public Tensor HostBackground { get; }

    /// <summary>Region masks on the whole grid, [S, pixels].</summary>
    public Tensor Masks { get; }

    /// <summary>Background mask, [A, pixels, 1].</summary>
    public Tensor Background { get; }

    /// <summary>Where any region is, [A, pixels, 1].</summary>
    public Tensor Total { get; }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();
}
