using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Instances;

/// <summary>Turns a box into a token of the text encoder's width: Fourier features, then an MLP.</summary>
internal sealed class PositionEmbedding
{
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly Linear _third;
    private readonly int _frequencies;
    private readonly float _temperature;

    public PositionEmbedding(Weights weights, InstanceConfig config)
    {
        _frequencies = config.FourierFrequencies;
        _temperature = (float)config.FourierTemperature;
        Weights layers = weights / "linears_position";
        _first = new Linear(layers / 0, 8L * _frequencies, config.PositionHidden);
        _second = new Linear(layers / 2, config.PositionHidden, config.PositionHidden);
        _third = new Linear(layers / 4, config.PositionHidden, config.ContextWidth);
    }

    /// <summary>One token per box, [S, width].</summary>
    public Tensor Forward(IReadOnlyList<LayoutBox> boxes, DType dtype, Device device)
    {
        Tensor features = Tensor.From<float>(Fourier(boxes, _frequencies, _temperature), boxes.Count, 8L * _frequencies).To(device, dtype);
        return _third.Forward(_second.Forward(_first.Forward(features).Silu()).Silu());
    }

    /// <summary>For each frequency the sines, then the cosines, of [x1, x2, y1, y2], in single precision as the reference computes them.</summary>
    internal static float[] Fourier(IReadOnlyList<LayoutBox> boxes, int frequencies, float temperature) =>
        FourierFeatures.Of(boxes, WriteSides, frequencies, temperature);

    // The order of the sides is MIGC's, and not that of the box.
    private static void WriteSides(LayoutBox box, Span<float> sides)
    {
        sides[0] = (float)box.X1;
        sides[1] = (float)box.X2;
        sides[2] = (float)box.Y1;
        sides[3] = (float)box.Y2;
    }
}
