using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Methods;

/// <summary>What the shapes of an adapter's published weights tell about it; no config comes with them.</summary>
/// <param name="Sites">The attentions that it takes over, with the eight heads of Stable Diffusion 1.x.</param>
/// <param name="ContextWidth">Width of the text encoder's states.</param>
/// <param name="PositionHidden">Hidden width of the position MLP.</param>
/// <param name="FourierFrequencies">Frequencies of the box embedding.</param>
/// <param name="Slots">Channels of the gate over phases.</param>
/// <param name="GateReduction">By what the channels are divided inside the channel gate.</param>
/// <param name="InstanceContext">What the instance attention attends to.</param>
internal sealed record PublishedSizes(
    IReadOnlyList<LayoutSite> Sites, long ContextWidth, long PositionHidden, int FourierFrequencies, int Slots, int GateReduction, InstanceContext InstanceContext)
{
    private const int Heads = 8;

    /// <summary>Reads the sizes.</summary>
    /// <param name="file">The weights.</param>
    /// <param name="rename">From stored names to <c>SITE.METHOD.KEY</c>.</param>
    /// <param name="method">E.g. <c>migc</c>.</param>
    /// <exception cref="InvalidDataException">The file holds no weights of the method, or lacks those that tell its sizes.</exception>
    public static PublishedSizes Of(ITensorFile file, Func<string, string?> rename, string method)
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (StoredTensor tensor in file.Tensors.Values)
        {
            if (rename(tensor.Name) is { } name)
            {
                shapes[name] = tensor.Shape;
            }
        }
        string mark = $".{method}.norm.weight";
        LayoutSite[] sites = [.. shapes.Where(entry => entry.Key.EndsWith(mark, StringComparison.Ordinal) && entry.Value.Length == 1)
            .Select(entry => new LayoutSite(entry.Key[..^mark.Length], entry.Value[0], Heads)).OrderBy(site => site.Name, StringComparer.Ordinal)];
        if (sites.Length == 0)
        {
            throw new InvalidDataException($"{file.Path}: no weights of {method}: no tensor's name ends with {mark}");
        }
        string first = $"{sites[0].Name}.{method}.";
        long context = Size("pos_net.linears_position.4.weight", 0);
        long keys = Size("ea.to_k.weight", 1);
        return new PublishedSizes(
            sites,
            context,
            Size("pos_net.linears_position.0.weight", 0),
            checked((int)(Size("pos_net.linears_position.0.weight", 1) / 8)),
            checked((int)Size("sac.cbam2.ChannelGate.mlp.1.weight", 0)),
            checked((int)(sites[0].Channels / Math.Max(1, GateWidth()))),
            keys == 2 * context ? InstanceContext.OneWideToken : InstanceContext.TwoTokens);

        // MIGC++ has no such gate; the config's default then stands for nothing.
        long GateWidth() => shapes.ContainsKey(first + "gamma") ? sites[0].Channels / 16 : Size("sac.cbam1.ChannelGate.mlp.1.weight", 0);

        long Size(string key, int dimension) => shapes.TryGetValue(first + key, out long[]? shape) && dimension < shape.Length && shape[dimension] is > 0 and <= int.MaxValue
            ? shape[dimension]
            : throw new InvalidDataException($"{file.Path}: no tensor {first}{key}, whose shape tells a size of the adapter");
    }
}
