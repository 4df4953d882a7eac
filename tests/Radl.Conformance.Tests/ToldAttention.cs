using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>
/// A text cross-attention that gives what it is told, for a reference that begins behind it. Token t of a context has
/// pixel t's direction as its key and that pixel's result as its value; a pixel's score is greatest at its own token, and
/// keys are so long that the softmax leaves nothing to the others.
/// </summary>
internal sealed class ToldAttention : IDisposable
{
    private const double KeyLength = 1e6;

    private readonly Weights _weights;

    /// <summary>Makes the attention and its contexts.</summary>
    /// <param name="image">Image tokens, [1, pixels, C].</param>
    /// <param name="results">What each context shall give, [contexts, pixels, C].</param>
    /// <param name="width">Width of the contexts, at least 2 C.</param>
    public ToldAttention(Tensor image, Tensor results, long width)
    {
        long channels = image.Size(2);
        _weights = Weights.From(new Selection(channels));
        Attention = new CrossAttention(_weights, channels, width, heads: 1);
        Tensor keys = image * KeyLength / image.Square().Sum([2], keep: true).Sqrt();
        Tensor rest = Tensor.Zeros([results.Size(0), results.Size(1), width - (2 * channels)]);
        Context = Tensor.Cat([keys.Expand(results.Size(0), -1, -1), results, rest], 2);
    }

    /// <summary>The attention.</summary>
    public CrossAttention Attention { get; }

    /// <summary>One context per result, [contexts, pixels, width]; the current scope owns it.</summary>
    public Tensor Context { get; }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    // Keys are a context's first channels, values the next ones; queries and results pass as they are.
    private sealed class Selection(long channels) : IWeightSource
    {
        public string Description => "selections";

        public bool Has(string name) => true;

        public Tensor TryTake(string name, long[] shape, Init init)
        {
            var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            if (shape.Length == 2)
            {
                long first = name.StartsWith("to_v", StringComparison.Ordinal) ? channels : 0;
                for (long row = 0; row < shape[0]; row++)
                {
                    values[(row * shape[1]) + first + row] = 1;
                }
            }
            return Tensor.From<float>(values, shape);
        }

        public IEnumerable<string> Leftovers() => [];

        public void Dispose()
        {
        }
    }
}
