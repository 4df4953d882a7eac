using Radl.Evaluation.CocoMig;

namespace Radl.Evaluation.Tests.CocoMig;

public class MigTests
{
    [Fact]
    public void A_wrong_colour_takes_the_overlap_and_a_wrong_place_keeps_it()
    {
        Assert.Equal(new(true, true, .8), MigInstance.Of(.8, () => true));
        Assert.Equal(new(true, false, 0), MigInstance.Of(.8, () => false));
        Assert.Equal(new(false, false, .4), MigInstance.Of(.4, () => true));
        Assert.Equal(new(false, false, 0), MigInstance.Of(0, () => true, threshold: 0));
    }

    [Fact]
    public void A_fifth_of_the_mask_in_the_colour_is_enough()
    {
        MigBox[] found = [new(0, 0, 10, 10)];
        Assert.True(MigInstance.Judge(found, [1], (0, 0, 10, 10), 20, 100).Success);
        Assert.False(MigInstance.Judge(found, [1], (0, 0, 10, 10), 19, 100).Success);
        Assert.False(MigInstance.Judge(found, [1], (0, 0, 10, 10), 0, 0).Success);
    }

    [Fact]
    public void A_picture_is_a_success_when_every_instance_is()
    {
        MigInstance good = new(true, true, .9);
        MigReport report = MigReport.Of([[good, good], [good, new(false, false, .3)], [good, good, good]]);
        Assert.Equal(new(3, 7, 2 / 3.0, 6 / 7.0, 5.7 / 7), report.All with { MeanIou = Math.Round(report.All.MeanIou * 7, 9) / 7 });
        Assert.Equal([2, 3], report.ByCount.Keys);
        Assert.Equal(.5, report.ByCount[2].ImageSuccess);
        Assert.Equal(double.NaN, MigReport.Of([]).All.MeanIou);
    }

    [Fact]
    public void Colours_that_the_benchmark_lacks_are_refused()
    {
        Assert.Throws<ArgumentException>(() => MigColors.Contains("gray", default));
        Assert.Throws<ArgumentException>(() => MigColors.Count(new byte[5], new bool[2], "red"));
        Assert.Throws<ArgumentException>(() => MigBox.Suppress([default], []));
    }
}
