using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Torch;

namespace Radl.Training.Stages.Adapter;

/// <summary>Stands before a bound GLIGEN in training: the fusers act as ever, and their attention is told which instance's box every pixel lies in.</summary>
/// <remarks>
/// A fuser has to find out from the features alone where its pixel lies, and until it does its tokens say nothing that the gates would open for. The velocity's error
/// asks for that over hundreds of thousands of steps; the divergence here asks for it outright. Among the grounding tokens alone (how much a pixel looks at the picture is
/// left free) the shares of a pixel in boxes shall be even over these, and those of any other pixel even over the null tokens. The picture is drawn without it.
/// </remarks>
internal sealed class GroundingGuide(BoundGligen bound, IReadOnlyList<int> counts, IReadOnlyList<LayoutBox> boxes) : IAttentionControl, IDisposable
{
    private readonly OwnedTensors _owned = new();
    private readonly List<Tensor> _divergences = [];
    private readonly Dictionary<(int Height, int Width), (Tensor Shares, double Entropy)> _wanted = [];

    /// <inheritdoc/>
    public Tensor? Before(AttentionSite site, Tensor hidden, int height, int width)
    {
        using var scope = TensorScope.Enter();
        if (bound.TokenShares(site, hidden, height, width) is { } shares)
        {
            long[] shape = shares.Shape;
            (Tensor wanted, double entropy) = Wanted(height, width, (int)shape[3], hidden.Device);
            // The divergence KL(wanted || shares), a mean over rows, heads and pixels.
            double share = 1.0 / (shape[0] * shape[1] * shape[2]);
            _divergences.Add(_owned.Add(((shares * wanted).Sum() * -share) - entropy));
        }
        return bound.Before(site, hidden, height, width) is { } after ? scope.Return(after) : null;
    }

    /// <inheritdoc/>
    public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width) => bound.Attend(site, hidden, height, width);

    /// <summary>The mean divergence over the sites that were passed: 0 where every pixel finds its tokens, a scalar in nats.</summary>
    /// <param name="figures">Receives it as <c>loss_grounding</c>.</param>
    public Tensor Loss(Dictionary<string, double> figures)
    {
        using var scope = TensorScope.Enter();
        Tensor loss = Tensor.Stack([.. _divergences], 0).Mean();
        figures["loss_grounding"] = loss.Detach().Item();
        return scope.Return(loss);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    // Shares [rows, 1, pixels, places], and the mean entropy of a pixel's.
    private (Tensor Shares, double Entropy) Wanted(int height, int width, int places, Device device)
    {
        if (_wanted.TryGetValue((height, width), out (Tensor, double) known))
        {
            return known;
        }
        int pixels = height * width;
        var shares = new float[counts.Count * pixels * places];
        double entropy = 0;
        int first = 0;
        for (int b = 0; b < counts.Count; b++)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                (double x, double y) = (((pixel % width) + 0.5) / width, ((pixel / width) + 0.5) / height);
                Span<float> row = shares.AsSpan(((b * pixels) + pixel) * places, places);
                int inside = 0;
                for (int k = 0; k < counts[b]; k++)
                {
                    LayoutBox box = boxes[first + k];
                    if (x >= box.X1 && x < box.X2 && y >= box.Y1 && y < box.Y2)
                    {
                        row[k] = 1;
                        inside++;
                    }
                }
                if (inside == 0)
                {
                    row[counts[b]..].Fill(1);
                    inside = places - counts[b];
                }
                for (int k = 0; k < places && inside > 1; k++)
                {
                    row[k] /= inside;
                }
                entropy += Math.Log(Math.Max(inside, 1));
            }
            first += counts[b];
        }
        Tensor tensor = _owned.Add(Tensor.From<float>(shares, counts.Count, 1, pixels, places).To(device));
        return _wanted[(height, width)] = (tensor, entropy / (counts.Count * pixels));
    }
}
