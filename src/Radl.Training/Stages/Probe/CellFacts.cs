using Radl.Toybox.World;

namespace Radl.Training.Stages.Probe;

/// <summary>What drawn scenes show in the cells of a grid whose middle lies in an instance's box.</summary>
internal sealed class CellFacts
{
    private readonly List<long> _cells = [];
    private readonly List<(ToyScene Scene, int Instance)> _instances = [];

    /// <summary>Reads scenes that were drawn onto a common grid.</summary>
    /// <param name="scenes">The batch.</param>
    /// <param name="height">Rows of the grid.</param>
    /// <param name="width">Columns of the grid; they span the canvas.</param>
    /// <param name="rows">The part of the canvas' height, around its middle, that the grid's rows span, in (0, 1].</param>
    public CellFacts(IReadOnlyList<ToyScene> scenes, int height, int width, double rows)
    {
        for (int scene = 0; scene < scenes.Count; scene++)
        {
            for (int i = 0; i < scenes[scene].Instances.Count; i++)
            {
                ToyBox box = scenes[scene].Instances[i].Box;
                for (int y = 0; y < height; y++)
                {
                    double middle = ((1 - rows) / 2) + (rows * (y + .5) / height);
                    for (int x = 0; middle >= box.Y1 && middle < box.Y2 && x < width; x++)
                    {
                        double across = (x + .5) / width;
                        if (across >= box.X1 && across < box.X2)
                        {
                            _cells.Add(((((long)scene * height) + y) * width) + x);
                            _instances.Add((scenes[scene], i));
                        }
                    }
                }
            }
        }
    }

    /// <summary>Flat indices of the cells in [scenes, height, width]. Boxes of a drawn scene do not touch, so each comes once.</summary>
    public IReadOnlyList<long> Cells => _cells;

    /// <summary>An attribute where it has a value: places in <see cref="Cells"/>, and the values there.</summary>
    public (long[] Places, long[] Values) Of(CellAttribute attribute)
    {
        var places = new List<long>();
        var values = new List<long>();
        for (int i = 0; i < _instances.Count; i++)
        {
            if (attribute.Of(_instances[i].Scene, _instances[i].Instance) is { } value)
            {
                places.Add(i);
                values.Add(value);
            }
        }
        return ([.. places], [.. values]);
    }
}
