using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>The regions of the instances that have a negative prompt of their own, on one grid, in the unconditional rows.</summary>
/// <remarks>
/// With U the unconditional text cross-attention under the picture's negative prompt and U_k that under instance k's own, a site gives
/// U + sum of M_k (U_k - U) / max(1, sum of M_k): inside one such region its own text alone, where several meet their mean, elsewhere U.
/// </remarks>
internal sealed class NegativeGrid : IDisposable
{
    private readonly OwnedTensors _owned = new();
    private readonly Tensor _rows;
    private readonly Tensor _shares;
    private readonly Tensor _texts;

    private NegativeGrid(RegionGrid grid, SceneBatch batch, LayoutConditions conditions, int[] instances)
    {
        using var scope = TensorScope.Enter();
        InstancePixels chosen = grid.Chosen;
        int pixels = grid.Height * grid.Width;
        var rows = new long[instances.Length * chosen.Length];
        var shares = new float[rows.Length];
        var totals = new float[batch.Scenes * pixels];
        for (int i = 0; i < rows.Length; i++)
        {
            int s = instances[i / chosen.Length];
            int entry = (s * chosen.Length) + (i % chosen.Length);
            rows[i] = ((long)batch.ActiveScenes[batch.SceneOfInstance[s]] * pixels) + chosen.Pixel[entry];
            shares[i] = chosen.Mask[entry];
            totals[rows[i]] += shares[i];
        }
        for (int i = 0; i < rows.Length; i++)
        {
            shares[i] /= Math.Max(1, totals[rows[i]]);
        }
        (DType dtype, Device device) = (grid.Mask.DType, grid.Mask.Device);
        _rows = _owned.Add(Tensor.From(rows).To(device));
        _shares = _owned.Add(Tensor.From<float>(shares, instances.Length, chosen.Length, 1).To(device, dtype));
        _texts = _owned.Add(Tensor.From(Array.ConvertAll(instances, s => (long)conditions.NegativeRow(s))).To(device));
    }

    /// <summary>Lays them out; null where no instance has a negative prompt or no row takes one.</summary>
    public static NegativeGrid? Of(RegionGrid grid, SceneBatch batch, LayoutConditions conditions)
    {
        int[] instances = batch.Unconditional == 0 ? [] : [.. Enumerable.Range(0, batch.Instances).Where(s => conditions.NegativeRow(s) >= 0)];
        return instances.Length == 0 ? null : new NegativeGrid(grid, batch, conditions, instances);
    }

    /// <summary>Keys and values of the instances' negative prompts at a site; the current scope owns them.</summary>
    public KeysValues Bind(CrossAttention attention, LayoutConditions conditions) => attention.Bind(conditions.InstanceNegatives!.IndexSelect(0, _texts));

    /// <summary>Puts them into a site's result.</summary>
    /// <param name="attention">The frozen attention.</param>
    /// <param name="hidden">Its input, [rows, pixels, C], unconditional rows first.</param>
    /// <param name="negatives">From <see cref="Bind"/>.</param>
    /// <param name="result">The site's result so far, [rows, pixels, C].</param>
    /// <returns>The same with other unconditional rows.</returns>
    public Tensor Apply(CrossAttention attention, Tensor hidden, KeysValues negatives, Tensor result)
    {
        long channels = hidden.Size(2);
        Tensor flat = result.Reshape(-1, channels);
        long[] shape = [_shares.Size(0), _shares.Size(1), channels];
        Tensor own = attention.Forward(hidden.Reshape(-1, channels).IndexSelect(0, _rows).Reshape(shape), negatives);
        Tensor change = (own - flat.IndexSelect(0, _rows).Reshape(shape)) * _shares;
        return flat.IndexAdd(0, _rows, change.Reshape(-1, channels)).Reshape(result.Shape);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();
}
