using FsCheck;
using FsCheck.Fluent;
using Radl.Layout.Regions;

namespace Radl.Benchmarking.Tests;

public sealed class BenchSceneTests
{
    [Fact]
    public void Boxes_of_any_number_are_valid_and_disjoint_and_of_one_size() => Prop.ForAll(Gen.Choose(1, BenchSettings.MostInstances).ToArbitrary(), count =>
    {
        IReadOnlyList<NormalizedBox> boxes = BenchScene.Boxes(count);
        return boxes.Count == count
            && boxes.All(box => box.Violation is null)
            && boxes.All(box => Math.Abs(((box.X2 - box.X1) * (box.Y2 - box.Y1)) - ((boxes[0].X2 - boxes[0].X1) * (boxes[0].Y2 - boxes[0].Y1))) < 1e-9)
            && boxes.All(a => boxes.Count(b => a.X1 < b.X2 && b.X1 < a.X2 && a.Y1 < b.Y2 && b.Y1 < a.Y2) == 1);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Six_boxes_stand_in_two_rows_of_three() =>
        Assert.Equal((3, 2), (BenchScene.Boxes(6).Select(box => box.X1).Distinct().Count(), BenchScene.Boxes(6).Select(box => box.Y1).Distinct().Count()));
}
