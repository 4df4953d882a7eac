using Radl.Diffusion.UNet;
using Radl.Torch;
using Radl.Torch.Modules;
using Radl.Toybox.World;

namespace Radl.Training.Stages.Probe;

/// <summary>
/// Linear readings of the U-Net's inner features, trained with a base or an adapter and thrown away: they must tell what
/// the instance at every cell is and does.
/// </summary>
/// <remarks>
/// A verb changes few pixels, so the velocity's squared error hardly notices it; the direction that the verb asks for is one of two
/// classes, and cross entropy asks for it outright. The idea of teaching a denoiser's features what a recogniser knows is that of
/// representation alignment (REPA, arXiv 2410.06940); here the drawn world itself is the recogniser. The model's architecture and
/// its files stay as they are.
/// </remarks>
internal sealed class CellProbe : IDisposable
{
    private const string Prefix = "probe";

    private readonly Weights _weights;
    private readonly Dictionary<string, Linear> _heads;

    /// <summary>Fresh readings of the deepest down block, of the bottleneck and of every up block.</summary>
    public CellProbe(UNetConfig unet, ulong seed, DType dtype, Device device)
    {
        _weights = Weights.From(new FreshWeights(seed), dtype, device);
        IEnumerable<(string Name, int Channels)> sites = unet.BlockOutChannels.Reverse()
            .Select((channels, i) => (FormattableString.Invariant($"up_blocks.{i}"), channels))
            .Prepend(("mid_block", unet.BlockOutChannels[^1]))
            .Prepend((FormattableString.Invariant($"down_blocks.{unet.BlockOutChannels.Count - 1}.out0"), unet.BlockOutChannels[^1]));
        _heads = sites.ToDictionary(
            site => site.Name, site => new Linear(_weights / Prefix / site.Name, site.Channels, CellAttribute.All.Sum(attribute => attribute.Classes), init: Init.Zeros), StringComparer.Ordinal);
        _weights.Finish();
    }

    /// <summary>What the readings learn, by names of their own.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _weights.Taken;

    /// <summary>Whether a parameter belongs to the readings and not to the model.</summary>
    public static bool Owns(string parameter) => parameter.StartsWith(Prefix + ".", StringComparison.Ordinal);

    /// <summary>Takes the features of one forward pass as the U-Net tells them; nothing is kept of the others.</summary>
    public Action<string, Tensor> Listen(Dictionary<string, Tensor> features) => (name, output) =>
    {
        if (_heads.ContainsKey(name))
        {
            features[name] = output.Keep();
        }
    };

    /// <summary>Mean cross entropies over cells, summed over attributes and readings: a scalar, fp32.</summary>
    /// <param name="features">What <see cref="Listen"/> took: [scenes, channels, h, w] each. They are freed.</param>
    /// <param name="scenes">What was drawn.</param>
    /// <param name="rows">The part of the canvas' height, around its middle, that the grids span.</param>
    /// <param name="figures">Receives each attribute's entropy at the last reading, as <c>probe_ATTRIBUTE_KIND</c>.</param>
    /// <param name="kind">Of the scenes, for the names of the figures.</param>
    public Tensor Loss(Dictionary<string, Tensor> features, IReadOnlyList<ToyScene> scenes, double rows, Dictionary<string, double> figures, string kind)
    {
        using var scope = TensorScope.Enter();
        Tensor loss = Tensor.Zeros([], device: _weights.Device);
        var grids = new Dictionary<(long Height, long Width), CellFacts>();
        foreach ((string name, Linear head) in _heads)
        {
            using Tensor taken = features[name];
            if (!grids.TryGetValue((taken.Size(2), taken.Size(3)), out CellFacts? facts))
            {
                facts = new CellFacts(scenes, (int)taken.Size(2), (int)taken.Size(3), rows);
                grids.Add((taken.Size(2), taken.Size(3)), facts);
            }
            if (facts.Cells.Count > 0)
            {
                Tensor cells = taken.Permute(0, 2, 3, 1).Reshape(-1, taken.Size(1)).IndexSelect(0, Index(facts.Cells));
                Tensor logits = head.Forward(cells).To(DType.Float32);
                int first = 0;
                foreach (CellAttribute attribute in CellAttribute.All)
                {
                    if (Entropy(logits.Narrow(1, first, attribute.Classes), facts.Of(attribute)) is { } entropy)
                    {
                        loss += entropy;
                        figures[$"probe_{attribute.Name}_{kind}"] = entropy.Detach().Item();
                    }
                    first += attribute.Classes;
                }
            }
        }
        return scope.Return(loss);
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    private Tensor? Entropy(Tensor logits, (long[] Places, long[] Values) facts)
    {
        if (facts.Places.Length == 0)
        {
            return null;
        }
        Tensor own = facts.Places.Length == logits.Size(0) ? logits : logits.IndexSelect(0, Index(facts.Places));
        return -own.LogSoftmax(1).Gather(1, Index(facts.Values).Unsqueeze(1)).Mean();
    }

    private Tensor Index(IReadOnlyList<long> places) => Tensor.From<long>(places.ToArray(), places.Count).To(_weights.Device);
}
