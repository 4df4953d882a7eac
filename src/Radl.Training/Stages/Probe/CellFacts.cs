using Radl.Torch;
using Radl.Toybox.World;

namespace Radl.Training.Stages.Probe;

/// <summary>What a drawn scene shows in the cells of a grid: one row per cell whose middle lies in an instance's box.</summary>
internal sealed class CellFacts
{
    /// <summary>Number of values of category, colour, pattern, tilt and direction, in this order.</summary>
    public static readonly int[] Classes =
        [ToyAttributes.CategoryCount, ToyAttributes.ColorCount, ToyAttributes.PatternCount, 3, 2];

    private readonly List<long> _cells = [];
    private readonly List<long>[] _values = [[], [], [], [], []];
    private readonly List<long> _directed = [];

    /// <summary>Reads scenes that were drawn onto a common grid.</summary>
    /// <param name="scenes">The batch.</param>
    /// <param name="height">Rows of the grid.</param>
    /// <param name="width">Columns of the grid; they span the canvas.</param>
    /// <param name="rows">The part of the canvas' height, around its middle, that the grid's rows span, in (0, 1].</param>
    public CellFacts(IReadOnlyList<ToyScene> scenes, int height, int width, double rows)
    {
        for (int scene = 0; scene < scenes.Count; scene++)
        {
            foreach (ToyInstance instance in scenes[scene].Instances)
            {
                ToyBox box = instance.Box;
                for (int y = 0; y < height; y++)
                {
                    double middle = ((1 - rows) / 2) + (rows * (y + .5) / height);
                    for (int x = 0; middle >= box.Y1 && middle < box.Y2 && x < width; x++)
                    {
                        double across = (x + .5) / width;
                        if (across >= box.X1 && across < box.X2)
                        {
                            Add(instance, ((((long)scene * height) + y) * width) + x);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Flat indices of the cells in [scenes, height, width]. Boxes of a drawn scene do not touch, so each comes once.</summary>
    public IReadOnlyList<long> Cells => _cells;

    /// <summary>Places in <see cref="Cells"/> whose instance has a direction.</summary>
    public IReadOnlyList<long> Directed => _directed;

    /// <summary>Values of one attribute, in the order of <see cref="Classes"/>; directions only for the cells of <see cref="Directed"/>.</summary>
    public Tensor Values(int attribute) => Tensor.From<long>(_values[attribute].ToArray(), _values[attribute].Count, 1);

    private void Add(ToyInstance instance, long cell)
    {
        _values[0].Add((long)instance.Category);
        _values[1].Add((long)instance.Color);
        _values[2].Add((long)instance.Pattern);
        _values[3].Add((long)instance.Tilt + 1);
        if (ToyAttributes.IsDirected(instance.Category))
        {
            _values[4].Add(instance.Flipped ? 1 : 0);
            _directed.Add(_cells.Count);
        }
        _cells.Add(cell);
    }
}
