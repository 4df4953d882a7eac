using Radl.Evaluation.Coco;
using Radl.Toybox.Sampling;

namespace Radl.Evaluation.Tests.Coco;

public class CocoEvaluationTests
{
    private static readonly CocoBox Unit = new(0, 0, 10, 10);

    [Fact]
    public void Perfect_detections_have_a_precision_of_one_at_every_threshold()
    {
        CocoTruth[] truths = [.. Enumerable.Range(0, 12).Select(i => new CocoTruth(i + 1, i / 3, i % 2, Unit with { X = 20 * i }, 100))];
        CocoDetection[] detections = [.. truths.Select(t => new CocoDetection(t.Id, t.Image, t.Category, t.Box, .5))];
        CocoSummary summary = CocoEvaluation.Match(truths, detections).Accumulate().Summarize();
        Assert.Equal(1, summary.Ap, 1e-12);
        Assert.Equal(1, summary.ApSmall, 1e-12);
        Assert.Equal(-1, summary.ApLarge);
    }

    [Fact]
    public void A_wrong_detection_ranked_between_two_right_ones_costs_the_later_half_a_third()
    {
        CocoTruth[] truths = [new(1, 0, 0, Unit, 100), new(2, 1, 0, Unit, 100)];
        CocoDetection[] detections = [new(1, 0, 0, Unit, .9), new(2, 0, 0, Unit with { X = 50 }, .8), new(3, 1, 0, Unit, .7)];
        // Precision 1 up to recall .5 (51 grid points), 2/3 beyond (50 points).
        Assert.Equal((51 + (50 * 2 / 3.0)) / 101, CocoEvaluation.Match(truths, detections).Accumulate().MeanPrecision(), 1e-12);
    }

    [Fact]
    public void A_detection_of_another_category_is_right_only_where_categories_are_not_used()
    {
        CocoTruth[] truths = [new(1, 0, 0, Unit, 100)];
        CocoDetection[] detections = [new(1, 0, 1, Unit, .9)];
        Assert.Equal(0, CocoEvaluation.Match(truths, detections).Accumulate().MeanPrecision());
        Assert.Equal(1, CocoEvaluation.Match(truths, detections, new() { UseCategories = false }).Accumulate().MeanPrecision(), 1e-12);
    }

    [Fact]
    public void An_ignored_truth_makes_its_detection_neither_right_nor_wrong()
    {
        CocoTruth[] truths = [new(1, 0, 0, Unit, 100), new(2, 0, 0, Unit with { X = 30 }, 100, Ignored: true)];
        CocoDetection[] detections = [new(1, 0, 0, Unit with { X = 30 }, .9), new(2, 0, 0, Unit, .8)];
        Assert.Equal(1, CocoEvaluation.Match(truths, detections).Accumulate().MeanPrecision(), 1e-12);
    }

    [Fact]
    public void A_resample_equals_an_evaluation_of_the_repeated_pictures()
    {
        (CocoTruth[] truths, CocoDetection[] detections) = Random(40, 5);
        var resampled = new ResampledPrecision(CocoEvaluation.Match(truths, detections, CocoOptions.AllSizes(), Enumerable.Range(0, 40).Select(i => (long)i)));
        var random = new ToyRandom(8, 8);
        for (int round = 0; round < 5; round++)
        {
            int[] times = new int[40];
            var repeatedTruths = new List<CocoTruth>();
            var repeatedDetections = new List<CocoDetection>();
            for (int image = 0; image < 40; image++)
            {
                int drawn = random.Below(40);
                times[drawn]++;
                repeatedTruths.AddRange(truths.Where(t => t.Image == drawn).Select(t => t with { Image = image }));
                repeatedDetections.AddRange(detections.Where(d => d.Image == drawn).Select(d => d with { Image = image }));
            }

            CocoCurves curves = CocoEvaluation.Match(repeatedTruths, repeatedDetections, CocoOptions.AllSizes()).Accumulate();
            AveragePrecision at = resampled.At(times);
            Assert.Equal(curves.MeanPrecision(), at.Ap, 1e-9);
            Assert.Equal(curves.MeanPrecision(threshold: 0), at.Ap50, 1e-9);
            Assert.Equal(curves.MeanPrecision(threshold: 5), at.Ap75, 1e-9);
        }
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CocoEvaluation.Match([], [], new() { MaxDetections = [10, 10] }));
        Assert.Throws<ArgumentException>(() => CocoEvaluation.Match([], [], new() { IouThresholds = [] }));
        CocoCurves curves = CocoEvaluation.Match([], [], CocoOptions.AllSizes()).Accumulate();
        Assert.Equal(-1, curves.MeanPrecision());
        Assert.Throws<InvalidOperationException>(curves.Summarize);
        var resampled = new ResampledPrecision(CocoEvaluation.Match([], [], images: [3, 4]));
        Assert.Equal(new(-1, -1, -1), resampled.All());
        Assert.Throws<ArgumentException>(() => resampled.At([1]));
    }

    // Scores differ, so that no tie depends on the order of repeated pictures.
    private static (CocoTruth[] Truths, CocoDetection[] Detections) Random(int images, int categories)
    {
        var random = new ToyRandom(2, 1);
        var truths = new List<CocoTruth>();
        var detections = new List<CocoDetection>();
        for (int i = 0; i < images; i++)
        {
            for (int k = 0; k < 4; k++)
            {
                var box = new CocoBox(random.Between(0, 80), random.Between(0, 80), random.Between(8, 20), random.Between(8, 20));
                truths.Add(new(truths.Count + 1, i, random.Below(categories), box, box.Area));
                var found = new CocoBox(box.X + random.Between(-3, 3), box.Y + random.Between(-3, 3), box.Width, box.Height);
                detections.Add(new(detections.Count + 1, i, random.Chance(.8) ? truths[^1].Category : random.Below(categories), found, random.NextFloat()));
            }
        }

        return ([.. truths], [.. detections]);
    }
}
