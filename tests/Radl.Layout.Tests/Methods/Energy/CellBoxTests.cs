using FsCheck.Fluent;
using FsCheck;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Regions;

namespace Radl.Layout.Tests.Methods.Energy;

public sealed class CellBoxTests
{
    [Fact]
    public void Halves_go_to_the_even_line() =>
        Assert.Equal(new CellBox(2, 2, 6, 8), CellBox.Rounded(new NormalizedBox(48 / 512.0, 80 / 512.0, 208 / 512.0, 240 / 512.0), 16, 16));

    [Fact]
    public void Truncated_edges_are_the_lines_before_them() =>
        Assert.Equal(new CellBox(0, 1, 4, 6), CellBox.Truncated(new NormalizedBox(0.1, 0.2, 0.5, 0.8), 8, 8));

    [Fact]
    public void Every_box_has_a_cell_and_lies_on_the_grid() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte, byte, byte, byte)>(),
        four =>
        {
            var box = new NormalizedBox(four.Item1 / 512.0, four.Item2 / 512.0, (four.Item1 + 1 + four.Item3) / 512.0, (four.Item2 + 1 + four.Item4) / 512.0);
            foreach (CellBox cells in (CellBox[])[CellBox.Rounded(box, 5, 8), CellBox.Truncated(box, 5, 8)])
            {
                Assert.InRange(cells.Left, 0, cells.Right - 1);
                Assert.InRange(cells.Top, 0, cells.Bottom - 1);
                Assert.InRange(cells.Right, 1, 8);
                Assert.InRange(cells.Bottom, 1, 5);
            }
        }).QuickCheckThrowOnFailure();
}
