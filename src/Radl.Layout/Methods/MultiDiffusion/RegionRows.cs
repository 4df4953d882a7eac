using Radl.Torch;

namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>The prompts of a batch of pictures as rows: of each picture its background prompt, then one for each region.</summary>
/// <remarks>
/// A region holds the latent pixels whose mask is at least 0.5; one that has none, the pixel of its box's centre. The background holds what no region
/// does. A row's weights are its strength inside and 0 outside; where regions meet, their results are averaged by the weights.
/// </remarks>
public sealed class RegionRows : IDisposable
{
    private readonly OwnedTensors _owned = new();
    private readonly int[] _counts;

    /// <summary>Lays the rows out.</summary>
    /// <param name="counts">Regions of each picture, 0 or more.</param>
    /// <param name="masks">Region masks in [0, 1] on the latent grid, [regions, height, width], picture by picture; on the CPU, not disposed.</param>
    /// <param name="boxes">Boxes of the regions.</param>
    /// <param name="strengths">Weight of each region where it meets others, 0 or more; 0 leaves its place to the background. Null means 1.</param>
    /// <param name="device">Where the latents live.</param>
    /// <exception cref="ArgumentException">Counts, masks and boxes do not fit.</exception>
    public RegionRows(IReadOnlyList<int> counts, Tensor masks, IReadOnlyList<LayoutBox> boxes, IReadOnlyList<double>? strengths = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(masks);
        ArgumentNullException.ThrowIfNull(boxes);
        long[] shape = masks.Shape;
        int regions = counts.Sum();
        if (counts.Count == 0 || counts.Any(count => count < 0) || shape.Length != 3 || shape[0] != regions || boxes.Count != regions || (strengths is not null && strengths.Count != regions))
        {
            throw new ArgumentException($"{counts.Count} pictures with {regions} regions: masks of shape [{string.Join(", ", shape)}], {boxes.Count} boxes, {strengths?.Count ?? regions} strengths", nameof(counts));
        }
        _counts = [.. counts];
        Height = (int)shape[1];
        Width = (int)shape[2];
        float[] values = regions == 0 ? [] : masks.To(DType.Float32).ToArray<float>();
        int pixels = Height * Width;
        var weights = new float[Rows * pixels];
        var inside = new float[Rows * pixels];
        var pictures = new List<long>();
        for (int b = 0, s = 0, row = 0; b < counts.Count; b++)
        {
            Span<float> background = weights.AsSpan(row * pixels, pixels);
            // A background prompt sees the whole picture.
            inside.AsSpan(row * pixels, pixels).Fill(1);
            background.Fill(1);
            pictures.Add(b);
            row++;
            for (int k = 0; k < counts[b]; k++, s++, row++)
            {
                Span<float> region = inside.AsSpan(row * pixels, pixels);
                Threshold(values.AsSpan(s * pixels, pixels), region, boxes[s]);
                float strength = (float)(strengths?[s] ?? 1);
                for (int p = 0; p < pixels; p++)
                {
                    weights[(row * pixels) + p] = region[p] * strength;
                    background[p] = region[p] * strength > 0 ? 0 : background[p];
                }
                pictures.Add(b);
            }
        }
        using var scope = TensorScope.Enter();
        Device place = device ?? Device.Cpu;
        Weights = _owned.Add(Tensor.From<float>(weights, Rows, 1, Height, Width).To(place));
        Inside = _owned.Add(Tensor.From<float>(inside, Rows, 1, Height, Width).To(place));
        PictureOfRow = _owned.Add(Tensor.From(pictures.ToArray()).To(place));
    }

    /// <summary>Pictures.</summary>
    public int Pictures => _counts.Length;

    /// <summary>Rows: pictures and regions.</summary>
    public int Rows => _counts.Length + _counts.Sum();

    /// <summary>Rows of the latent grid.</summary>
    public int Height { get; }

    /// <summary>Columns of the latent grid.</summary>
    public int Width { get; }

    /// <summary>Each row's weight in the fusion, [rows, 1, height, width] fp32.</summary>
    public Tensor Weights { get; }

    /// <summary>1 where a row's prompt may draw while bootstrapping, else 0: [rows, 1, height, width] fp32, 1 everywhere for a background.</summary>
    public Tensor Inside { get; }

    /// <summary>Picture of each row, int64 [rows].</summary>
    public Tensor PictureOfRow { get; }

    /// <summary>Regions of each picture.</summary>
    public IReadOnlyList<int> Counts => _counts;

    /// <summary>The sum of each picture's rows: [rows, ...] to [pictures, ...]; the order of additions is fixed, on every device.</summary>
    public Tensor SumByPicture(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var sums = new Tensor[_counts.Length];
        int first = 0;
        for (int b = 0; b < sums.Length; b++)
        {
            sums[b] = rows.Narrow(0, first, _counts[b] + 1).Sum([0], keep: true);
            first += _counts[b] + 1;
        }
        return sums.Length == 1 ? sums[0] : Tensor.Cat(sums, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private void Threshold(ReadOnlySpan<float> mask, Span<float> region, LayoutBox box)
    {
        bool isEmpty = true;
        for (int p = 0; p < mask.Length; p++)
        {
            region[p] = mask[p] >= 0.5f ? 1 : 0;
            isEmpty &= region[p] == 0;
        }
        if (isEmpty)
        {
            int row = Math.Clamp((int)((box.Y1 + box.Y2) / 2 * Height), 0, Height - 1);
            int column = Math.Clamp((int)((box.X1 + box.X2) / 2 * Width), 0, Width - 1);
            region[(row * Width) + column] = 1;
        }
    }
}
