using Radl.Layout.Methods.Energy;
using Radl.Torch;

namespace Radl.Layout.Methods.BoxDiff;

/// <summary>BoxDiff's energy of attention maps (Xie et al. 2023, eqs. 4 to 8): attention inside the box, none outside, and up to its edges.</summary>
public sealed class BoxDiffEnergy
{
    private static readonly Op ReflectOp = Op.Find("aten::reflection_pad2d");

    private readonly BoxDiffOptions _options;
    private readonly int _height;
    private readonly int _width;
    private readonly List<(int Row, int Token, CellBox Box)> _terms = [];

    /// <summary>Lays regions out on a grid; every token of a region with every box of it is one term.</summary>
    /// <param name="regions">Per row of the maps.</param>
    /// <param name="height">Rows of the grid.</param>
    /// <param name="width">Columns of the grid.</param>
    /// <param name="options">Shares and reaches.</param>
    public BoxDiffEnergy(IReadOnlyList<IReadOnlyList<GuidedRegion>> regions, int height, int width, BoxDiffOptions options)
    {
        ArgumentNullException.ThrowIfNull(regions);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        (_height, _width) = (height, width);
        for (int row = 0; row < regions.Count; row++)
        {
            foreach (GuidedRegion region in regions[row])
            {
                _terms.AddRange(region.Boxes.SelectMany(box => region.Tokens.Select(token => (row, token, CellBox.Rounded(box, height, width)))));
            }
        }
    }

    /// <summary>Number of terms.</summary>
    public int Count => _terms.Count;

    /// <summary>The row of a term.</summary>
    public int RowOf(int term) => _terms[term].Row;

    /// <summary>The 3x3 smoothing kernel, [1, 1, 3, 3], of sum 1.</summary>
    public static Tensor SmoothingKernel(double sigma)
    {
        double side = Math.Exp(-Math.Pow(1 / (2 * sigma), 2));
        double[] line = [side, 1, side];
        double sum = line.Sum() * line.Sum();
        return Tensor.From<float>([.. line.SelectMany(a => line.Select(b => (float)(a * b / sum)))], 1, 1, 3, 3);
    }

    /// <summary>The terms of maps, in fp32 whatever the maps' type; gradients flow through.</summary>
    /// <param name="maps">Probabilities, mean over heads and sites: [rows, height * width, tokens], the first and the last token being those of the sequence's ends.</param>
    public BoxDiffTerms Evaluate(Tensor maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        using var scope = TensorScope.Enter();
        long[] shape = maps.Shape;
        long words = shape[2] - 2;
        Tensor shares = (maps.To(DType.Float32).Narrow(2, 1, words) * 100).Softmax(-1);
        Tensor index = Tensor.From(_terms.Select(term => (term.Row * words) + term.Token - 1).ToArray()).To(maps.Device);
        Tensor images = shares.Transpose(1, 2).Reshape(shape[0] * words, shape[1]).IndexSelect(0, index).Reshape(Count, 1, _height, _width);
        if (_options.Smooth && _height > 1 && _width > 1)
        {
            images = Functional.Conv2d(ReflectOp.Call(images, new long[] { 1, 1, 1, 1 }), SmoothingKernel(_options.SmoothingSigma).To(maps.Device), null);
        }
        Tensor flat = images.Reshape(Count, shape[1]);
        Tensor mask = Masks().To(maps.Device);
        Tensor columns = images.Reshape(Count, _height, _width).Max(1).Values;
        Tensor rows = images.Reshape(Count, _height, _width).Max(2).Values;
        var terms = new BoxDiffTerms(
            TopMean(flat * mask, box => (box.Right - box.Left) * (box.Bottom - box.Top)),
            TopMean(flat * (1 - mask), box => (_height * _width) - ((box.Right - box.Left) * (box.Bottom - box.Top))),
            Corner(columns, _width, box => (box.Left, box.Right)),
            Corner(rows, _height, box => (box.Top, box.Bottom)));
        scope.Return([terms.Inside, terms.Outside, terms.CornerX, terms.CornerY]);
        return terms;
    }

    private Tensor Masks()
    {
        var values = new float[Count * _height * _width];
        for (int term = 0; term < Count; term++)
        {
            _terms[term].Box.Mark(values.AsSpan(term * _height * _width, _height * _width), _width);
        }
        return Tensor.From<float>(values, Count, _height * _width);
    }

    // Terms have other numbers of cells each, so the k largest values are chosen by weights on the sorted ones.
    private Tensor TopMean(Tensor masked, Func<CellBox, int> cellsOf)
    {
        int pixels = _height * _width;
        var weights = new float[Count * pixels];
        for (int term = 0; term < Count; term++)
        {
            // In single precision, as the reference counts.
            int chosen = Math.Max(1, (int)(cellsOf(_terms[term].Box) * (float)_options.TopShare));
            weights.AsSpan(term * pixels, chosen).Fill(1f / chosen);
        }
        return (masked.Sort(-1, descending: true).Values * Tensor.From<float>(weights, Count, pixels).To(masked.Device)).Sum([1]);
    }

    private Tensor Corner(Tensor profile, int cells, Func<CellBox, (int From, int To)> extentOf)
    {
        var inside = new float[Count * cells];
        var near = new float[Count * cells];
        for (int term = 0; term < Count; term++)
        {
            (int from, int to) = extentOf(_terms[term].Box);
            inside.AsSpan((term * cells) + from, to - from).Fill(1);
            foreach (int edge in (int[])[from, to])
            {
                int first = Math.Max(edge - _options.CornerReach, 0);
                int end = Math.Min(edge + _options.CornerReach + 1, cells);
                near.AsSpan((term * cells) + first, Math.Max(0, end - first)).Fill(1);
            }
        }
        Tensor wanted = Tensor.From<float>(inside, Count, cells).To(profile.Device);
        return ((profile - wanted).Abs() * Tensor.From<float>(near, Count, cells).To(profile.Device)).Mean([1]);
    }
}
