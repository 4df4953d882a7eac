using Radl.Evaluation.Coco;
using Radl.Evaluation.Statistics;
using Radl.Evaluation.Toybox.Benchmarks;
using Radl.Toybox.Drawing;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;

namespace Radl.Evaluation.Tests.Toybox.Benchmarks;

public class ToyBenchmarkTests
{
    private static readonly ToyScenes Scenes = new(ToySceneOptions.Counts(2, 6));

    [Fact]
    public void Drawn_scenes_reach_the_top_of_every_table()
    {
        ToySceneReading[] readings = [.. Enumerable.Range(0, 100).Select(i => Draw(Scenes.Sample(1, i)))];
        SceneMeasures[] position = [.. readings.Select(ToyPosition.Score)];
        Assert.Equal(1, Figure(position, ToyPosition.R));
        Assert.InRange(Figure(position, ToyPosition.MeanIou), .93, 1);
        Assert.InRange(Figure(position, ToyPosition.Relation), .97, 1);
        Assert.All(Enum.GetValues<ToyPrecisionKind>(), kind => Assert.InRange(ToyPosition.Precision(readings, kind).All().Ap50, .96, 1));

        SceneMeasures[] mig = [.. readings.Select(ToyMig.Score)];
        Assert.Equal(1, Figure(mig, ToyMig.SceneSuccess));
        Assert.InRange(Figure(mig, ToyMig.SuccessByCategory), .98, 1);
        Assert.Equal([2, 3, 4, 5, 6], ToyMig.Report(readings).ByCount.Keys);
        Assert.Equal(ToyMig.Report(readings).All.MeanIou, Figure(mig, ToyMig.MeanIou), 1e-9);

        var drawScenes = new ToyDrawScenes();
        SceneMeasures[] draw = [.. Enumerable.Range(0, 150).Select(i => drawScenes.Sample(2, i)).Select(s => ToyDraw.Score(s.Kind, Draw(s.Scene)))];
        Assert.All(
            (string[])[ToyDraw.Attribute, ToyDraw.AttributeAndPattern, ToyDraw.AttributeAnywhere, ToyDraw.Quantity, ToyDraw.Relation, ToyDraw.RelationThirds, ToyDraw.RelationNamed],
            name => Assert.InRange(Figure(draw, name), .94, 1));
        Assert.Equal(50, SceneMeasures.Column(draw, ToyDraw.Quantity).Count);
        Assert.InRange(Figure(draw, ToyDraw.QuantityError), 0, .02);
    }

    [Fact]
    public void A_picture_of_another_scene_reaches_nothing_but_by_chance()
    {
        ToySceneReading[] readings = [.. Enumerable.Range(0, 60).Select(i => Draw(Scenes.Sample(1, i), shown: Scenes.Sample(1, i + 1000)))];
        Assert.InRange(Figure([.. readings.Select(ToyPosition.Score)], ToyPosition.R), 0, .05);
        Assert.InRange(Figure([.. readings.Select(ToyMig.Score)], ToyMig.Success), 0, .1);
        Assert.InRange(ToyPosition.Precision(readings).All().Ap50, 0, .05);
    }

    [Fact]
    public void A_wrong_colour_gives_no_overlap_and_a_wrong_place_keeps_it()
    {
        ToyInstance ball = Toy(ToyCategory.Ball, ToyColor.Red, .5f);
        SceneMeasures wrongColor = ToyMig.Score(Draw(One(ball), One(ball with { Color = ToyColor.Blue })));
        SceneMeasures wrongPlace = ToyMig.Score(Draw(One(ball), One(ball with { CentreX = .65f })));
        Assert.Equal(new(0, 1), wrongColor.Values[ToyMig.MeanIou]);
        Assert.Equal(new(0, 1), wrongPlace.Values[ToyMig.Success]);
        Assert.InRange(wrongPlace.Values[ToyMig.MeanIou].Sum, .3, .5);
        SceneMeasures wrongCategory = ToyMig.Score(Draw(One(ball), One(ball with { Category = ToyCategory.Car })));
        Assert.Equal(new(0, 1), wrongCategory.Values[ToyMig.SuccessByCategory]);
    }

    [Fact]
    public void The_strictness_of_the_average_precision_is_its_kind()
    {
        ToyInstance ball = Toy(ToyCategory.Ball, ToyColor.Red, .5f);
        double Ap(ToyInstance shown, ToyPrecisionKind kind) => ToyPosition.Precision([Draw(One(ball), One(shown))], kind).All().Ap50;
        Assert.Equal(1, Ap(ball, ToyPrecisionKind.Label), 1e-12);
        ToyInstance otherPattern = ball with { Pattern = ToyPattern.Striped };
        Assert.Equal(0, Ap(otherPattern, ToyPrecisionKind.Label));
        Assert.Equal(1, Ap(otherPattern, ToyPrecisionKind.Color), 1e-12);
        ToyInstance otherColor = ball with { Color = ToyColor.Green };
        Assert.Equal(0, Ap(otherColor, ToyPrecisionKind.Color));
        Assert.Equal(1, Ap(otherColor, ToyPrecisionKind.Any), 1e-12);
        CocoEvaluation labels = ToyPosition.Match([Draw(One(ball))]);
        Assert.Equal("red solid ball", ToyPosition.CategoryName(ToyPrecisionKind.Label, Assert.Single(labels.Categories)));
    }

    [Fact]
    public void A_toy_that_nobody_asked_for_costs_precision_and_quantity()
    {
        ToyInstance asked = Toy(ToyCategory.Ball, ToyColor.Red, .25f);
        ToyInstance extra = Toy(ToyCategory.Car, ToyColor.Blue, .75f) with { HalfSize = .22f };
        ToySceneReading reading = Draw(One(asked), One(asked, extra));
        Assert.Equal(new(0, 1), ToyDraw.Score(ToyDrawKind.Quantity, reading).Values[ToyDraw.Quantity]);
        Assert.Equal(new(1, 1), ToyDraw.Score(ToyDrawKind.Quantity, reading).Values[ToyDraw.QuantityError]);
        Assert.InRange(ToyPosition.Precision([reading], ToyPrecisionKind.Any).All().Ap50, .4, 1);
    }

    [Fact]
    public void Relations_are_scored_strictly_and_in_thirds()
    {
        ToyInstance fish = Toy(ToyCategory.Fish, ToyColor.Red, .25f);
        ToyInstance cat = Toy(ToyCategory.Cat, ToyColor.Blue, .75f) with { Flipped = true };
        ToyScene facing = One(fish, cat) with { Relations = [new(0, ToyVerb.Facing, 1)] };
        IReadOnlyDictionary<string, SceneMeasure> right = ToyDraw.Score(ToyDrawKind.Relation, Draw(facing)).Values;
        Assert.Equal((new SceneMeasure(1, 1), new SceneMeasure(3, 3)), (right[ToyDraw.Relation], right[ToyDraw.RelationThirds]));
        IReadOnlyDictionary<string, SceneMeasure> chasing = ToyDraw.Score(ToyDrawKind.Relation, Draw(facing, One(fish, cat with { Flipped = false }))).Values;
        Assert.Equal((new SceneMeasure(0, 1), new SceneMeasure(2, 3)), (chasing[ToyDraw.Relation], chasing[ToyDraw.RelationThirds]));
        IReadOnlyDictionary<string, SceneMeasure> alone = ToyDraw.Score(ToyDrawKind.Relation, Draw(facing, One(fish))).Values;
        Assert.Equal(new SceneMeasure(1, 3), alone[ToyDraw.RelationThirds]);
        Assert.Throws<ArgumentException>(() => ToyDraw.Score(ToyDrawKind.Relation, Draw(One(fish))));
    }

    [Fact]
    public void Resampling_the_average_precision_of_a_table_is_an_interval_around_it()
    {
        ToySceneReading[] readings = [.. Enumerable.Range(0, 60).Select(i => i % 3 == 0 ? Draw(Scenes.Sample(1, i), Scenes.Sample(1, i + 500)) : Draw(Scenes.Sample(1, i)))];
        ResampledPrecision precision = ToyPosition.Precision(readings, ToyPrecisionKind.Color);
        Interval[] intervals = Bootstrap.Of(readings.Length, times => [precision.At(times).Ap, precision.At(times).Ap50], new() { Resamples = 300 });
        Assert.Equal(precision.All().Ap50, intervals[1].Estimate, 1e-12);
        Assert.True(intervals[1].Low < intervals[1].Estimate && intervals[1].Estimate < intervals[1].High);
    }

    private static double Figure(IReadOnlyList<SceneMeasures> scenes, string name) => SceneMeasure.Ratio(SceneMeasures.Column(scenes, name));

    private static ToySceneReading Draw(ToyScene asked, ToyScene? shown = null) => ToySceneReading.Of(ToyRenderer.Render(shown ?? asked, 128), 128, asked);

    private static ToyScene One(params ToyInstance[] toys) => new() { Background = ToyBackground.White, Instances = toys };

    private static ToyInstance Toy(ToyCategory category, ToyColor color, float x) =>
        new() { Category = category, Color = color, Pattern = ToyPattern.Solid, CentreX = x, CentreY = .5f, HalfSize = .2f };
}
