using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>Keys and values of one context at one attention, made once and read in every step.</summary>
/// <remarks>
/// The keys carry the factor 1 / sqrt(d) (<see cref="ScaledDotProduct.Prescale"/>). Where scores have a row per query, short contexts may be longer
/// than their tokens (<see cref="SoftmaxRow"/>; a fused attention is free of this): the surplus keys are closed by the mask, and their values are zero.
/// </remarks>
public sealed class KeysValues : IDisposable
{
    private readonly Tensor _keys;
    private readonly Tensor _values;
    private readonly Tensor? _mask;

    private KeysValues(Tensor keys, Tensor values, Tensor? mask, long tokens)
    {
        _keys = keys;
        _values = values;
        _mask = mask;
        Tokens = tokens;
    }

    /// <summary>Tokens of the context.</summary>
    public long Tokens { get; }

    /// <summary>Takes up the keys and values of a context, each [batch or 1, heads, tokens, head width]; the current scope owns what is made of them.</summary>
    public static KeysValues Of(Tensor keys, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        long[] shape = keys.Shape;
        long tokens = shape[2];
        Tensor scaled = ScaledDotProduct.Prescale(keys, shape[3]);
        if (KeysFirst.Pays(keys, shape[3]))
        {
            // Read in every step: laid out once, a product needs no copy of them.
            return new KeysValues(scaled.Contiguous(), KeysFirst.Lay(values), null, tokens);
        }
        long padded = SoftmaxRow.Padded(tokens, keys);
        long surplus = padded - tokens;
        if (surplus == 0 || FusedAttention.Pays(keys))
        {
            return new KeysValues(scaled.Contiguous(), values.Contiguous(), null, tokens);
        }
        Tensor zeros = Tensor.Zeros([shape[0], shape[1], surplus, shape[3]], keys.DType);
        Tensor mask = SoftmaxRow.Closed(tokens, padded, keys.DType);
        return new KeysValues(Tensor.Cat([scaled, zeros], 2), Tensor.Cat([values, zeros], 2), mask, tokens);
    }

    /// <summary>Attends: [batch, heads, n, head width] to the same shape.</summary>
    public Tensor Attend(Tensor queries) => ScaledDotProduct.AttendPrescaled(queries, _keys, _values, _mask);

    /// <summary>Attends, and gives the attention probabilities too, [batch, heads, n, tokens].</summary>
    public (Tensor Attended, Tensor Probabilities) AttendWithProbabilities(Tensor queries)
    {
        if (KeysFirst.Pays(queries, queries.Size(3)))
        {
            Tensor shares = KeysFirst.Shares(queries, _keys, _mask);
            return (KeysFirst.Gather(shares, _values), shares.Transpose(2, 3));
        }
        // A fused kernel takes the keys without the factor, and rounds otherwise; whether probabilities are asked for must not change the picture.
        bool fused = FusedAttention.Pays(queries);
        Tensor probabilities = fused ? ScaledDotProduct.Probabilities(queries, _keys, _mask) : ScaledDotProduct.Shares(queries, _keys, _mask);
        Tensor attended = fused ? Attend(queries) : probabilities.MatMul(_values);
        return (attended, probabilities.Narrow(3, 0, Tokens));
    }

    /// <summary>Takes the tensors out of the current scope: the caller disposes this.</summary>
    public KeysValues Keep()
    {
        _keys.Keep();
        _values.Keep();
        _mask?.Keep();
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
        _mask?.Dispose();
    }
}
