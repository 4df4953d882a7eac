namespace Radl.Diffusion.Cost;

/// <summary>Floating point operations of the products in a model; a multiplication and its addition are two.</summary>
/// <remarks>Norms, activations and softmax are left out, as everywhere in the field: they are memory traffic, not arithmetic.</remarks>
/// <param name="Conv3x3">Convolutions with a kernel of more than one pixel.</param>
/// <param name="Conv1x1">Convolutions of single pixels.</param>
/// <param name="Linear">Linear layers.</param>
/// <param name="SelfAttention">Q K^T and the product with V where tokens attend to each other.</param>
/// <param name="CrossAttention">The same where they attend to a text.</param>
public readonly record struct Flops(double Conv3x3, double Conv1x1, double Linear, double SelfAttention, double CrossAttention)
{
    /// <summary>All of them.</summary>
    public double Total => Conv3x3 + Conv1x1 + Linear + SelfAttention + CrossAttention;

    /// <summary>A square convolution over an output of <paramref name="pixels"/>.</summary>
    public static Flops Conv(long inChannels, long outChannels, int kernel, long pixels)
    {
        double count = 2.0 * inChannels * outChannels * kernel * kernel * pixels;
        return kernel == 1 ? new Flops(0, count, 0, 0, 0) : new Flops(count, 0, 0, 0, 0);
    }

    /// <summary>A linear layer over <paramref name="rows"/>.</summary>
    public static Flops OfLinear(long inFeatures, long outFeatures, long rows) => new(0, 0, 2.0 * inFeatures * outFeatures * rows, 0, 0);

    /// <summary>Attention of tokens to each other, all heads together <paramref name="width"/> wide.</summary>
    public static Flops OfSelfAttention(long tokens, long width) => new(0, 0, 0, 4.0 * tokens * tokens * width, 0);

    /// <summary>Attention of tokens to a text.</summary>
    public static Flops OfCrossAttention(long tokens, long textTokens, long width) => new(0, 0, 0, 0, 4.0 * tokens * textTokens * width);

    /// <summary>Both.</summary>
    public static Flops operator +(Flops a, Flops b) => new(
        a.Conv3x3 + b.Conv3x3, a.Conv1x1 + b.Conv1x1, a.Linear + b.Linear, a.SelfAttention + b.SelfAttention, a.CrossAttention + b.CrossAttention);

    /// <summary>Several times the same.</summary>
    public static Flops operator *(Flops flops, double times) => new(
        flops.Conv3x3 * times, flops.Conv1x1 * times, flops.Linear * times, flops.SelfAttention * times, flops.CrossAttention * times);
}
