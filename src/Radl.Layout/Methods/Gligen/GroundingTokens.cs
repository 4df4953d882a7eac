using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Gligen;

/// <summary>GLIGEN's <c>position_net</c>: one token per instance out of its label's pooled state t and its box b, MLP([t; Fourier(b)]).</summary>
/// <remarks>
/// A place that no instance takes has the null token, the same network on two learned features that begin at zero. No box and no text enters it.
/// </remarks>
public sealed class GroundingTokens
{
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly Linear _third;
    private readonly Tensor _nullText;
    private readonly Tensor _nullPosition;
    private readonly int _frequencies;
    private readonly float _temperature;

    /// <summary>Takes <c>linears.0</c>, <c>linears.2</c>, <c>linears.4</c>, <c>null_positive_feature</c> and <c>null_position_feature</c>.</summary>
    public GroundingTokens(Weights weights, GligenConfig config)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(config);
        _frequencies = config.FourierFrequencies;
        _temperature = (float)config.FourierTemperature;
        long position = 8L * _frequencies;
        Weights layers = weights / "linears";
        _first = new Linear(layers / 0, config.ContextWidth + position, config.PositionHidden);
        _second = new Linear(layers / 2, config.PositionHidden, config.PositionHidden);
        _third = new Linear(layers / 4, config.PositionHidden, config.ContextWidth);
        _nullText = weights.Take("null_positive_feature", Init.Zeros, config.ContextWidth);
        _nullPosition = weights.Take("null_position_feature", Init.Zeros, position);
    }

    /// <summary>The null token, then one token per instance.</summary>
    /// <param name="pooled">Pooled states of the labels, [S, width], on the parameters' device.</param>
    /// <param name="boxes">Their boxes, S of them.</param>
    /// <returns>[1 + S, width].</returns>
    public Tensor Forward(Tensor pooled, IReadOnlyList<LayoutBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(pooled);
        ArgumentNullException.ThrowIfNull(boxes);
        using var scope = TensorScope.Enter();
        Tensor inputs = Tensor.Cat([_nullText, _nullPosition], 0).Unsqueeze(0);
        if (boxes.Count > 0)
        {
            Tensor positions = Tensor.From<float>(Fourier(boxes, _frequencies, _temperature), boxes.Count, 8L * _frequencies).To(inputs.Device, inputs.DType);
            inputs = Tensor.Cat([inputs, Tensor.Cat([pooled.To(inputs.DType), positions], 1)], 0);
        }
        return scope.Return(_third.Forward(_second.Forward(_first.Forward(inputs).Silu()).Silu()));
    }

    /// <summary>For each frequency the sines, then the cosines, of x1, y1, x2, y2.</summary>
    /// <param name="boxes">S boxes.</param>
    /// <param name="frequencies">K of them, the k-th is the temperature to the power k/K.</param>
    /// <param name="temperature">The temperature.</param>
    /// <returns>S rows of 8 K features.</returns>
    public static float[] Fourier(IReadOnlyList<LayoutBox> boxes, int frequencies, float temperature)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        return FourierFeatures.Of(boxes, WriteSides, frequencies, temperature);
    }

    private static void WriteSides(LayoutBox box, Span<float> sides)
    {
        sides[0] = (float)box.X1;
        sides[1] = (float)box.Y1;
        sides[2] = (float)box.X2;
        sides[3] = (float)box.Y2;
    }
}
