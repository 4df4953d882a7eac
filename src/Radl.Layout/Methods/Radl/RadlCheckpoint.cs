using Radl.Torch;

namespace Radl.Layout.Methods.RadlMethod;

/// <summary>RaDL's published weights (<c>radl_pretrained.ckpt</c>): <c>MODULE.attn2.radl.KEY</c>, without a config.</summary>
/// <remarks>
/// The released module has no attribute enhancement, gives the instance attention one token of twice the width, and has no learnable bias on the
/// relation; ours begins at 0 and so changes nothing. Its verb perceptron is never used, and its copies of the text encoder are the model's own.
/// </remarks>
public static class RadlCheckpoint
{
    private const string BiasName = ".sac.relation_bias";

    /// <summary>Our name of a stored tensor; blocks are counted as in <see cref="Migc.MigcCheckpoint.Rename"/>.</summary>
    /// <param name="stored">The name in the file.</param>
    /// <returns>Our name; null for a tensor that is not RaDL's or that its module does not use.</returns>
    public static string? Rename(string stored) => IsUnused(stored) ? null : PublishedNames.Rename(stored, LayoutMethods.Radl);

    /// <summary>What the adapter is, read off the shapes, with the released module's choices.</summary>
    /// <exception cref="InvalidDataException">The file holds no weights of RaDL.</exception>
    public static RadlConfig ConfigOf(ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        PublishedSizes sizes = PublishedSizes.Of(file, Rename, LayoutMethods.Radl);
        return new RadlConfig
        {
            ContextWidth = sizes.ContextWidth,
            // Without attribute enhancement there is no query to lay out.
            Sites = [.. sizes.Sites.Select(site => new RadlSiteConfig(site.Name, site.Channels, site.Heads, 1, 1))],
            PositionHidden = sizes.PositionHidden,
            FourierFrequencies = sizes.FourierFrequencies,
            Slots = sizes.Slots,
            GateReduction = sizes.GateReduction,
            InstanceContext = sizes.InstanceContext,
            AttributeEnhancement = false,
            InclusiveSteps = true,
        };
    }

    /// <summary>The file's tensors under our names, with a bias of 0 on the relation. The source disposes the file.</summary>
    internal static IWeightSource Source(ITensorFile file) => new WithBias(new FileWeights(file, Rename));

    /// <summary>Whether a stored tensor is one that the released module keeps and never uses.</summary>
    internal static bool IsUnused(string name) => name.Contains(".vca.text_encoder.", StringComparison.Ordinal)
        || name.Contains(".sac.text_encoder.", StringComparison.Ordinal) || name.Contains(".sac.verb_embedding_mlp.", StringComparison.Ordinal);

    /// <summary>Whether one of our parameters is not in the released module.</summary>
    internal static bool IsOurAddition(string name) => name.EndsWith(BiasName, StringComparison.Ordinal);

    private sealed class WithBias(FileWeights stored) : IWeightSource
    {
        public string Description => stored.Description;

        public bool Has(string name) => stored.Has(name) || IsOurAddition(name);

        public Tensor? TryTake(string name, long[] shape, Init init) => stored.TryTake(name, shape, init) ?? (IsOurAddition(name) ? Tensor.Zeros(shape) : null);

        public IEnumerable<string> Leftovers() => stored.Leftovers();

        public void Dispose() => stored.Dispose();
    }
}
