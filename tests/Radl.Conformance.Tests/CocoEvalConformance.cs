using System.Text.Json;
using Radl.Evaluation.Coco;
using Radl.Evaluation.Coco.Masks;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>COCO's figures for boxes, its matches and its masks, to 1e-12.</summary>
public static class CocoEvalConformance
{
    private const double Tolerance = 1e-12;

    public static void CocoEval(string name)
    {
        using var scope = TensorScope.Enter();
        using var golden = new GoldenCase(name);
        using JsonDocument expected = Json(golden, "expected.json");
        (long[] images, int[] categories, CocoTruth[] truths) = ReadTruths(golden);
        CocoDetection[] detections = ReadDetections(golden);
        CocoEvaluation Match(CocoOptions options) => CocoEvaluation.Match(truths, detections, options, images, categories);

        CocoEvaluation boxes = Match(new());
        Figures(golden, expected, "bbox", boxes);
        Figures(golden, expected, "bbox_nocats", Match(new() { UseCategories = false }));
        Figures(golden, expected, "bbox_maxdets5", Match(new() { MaxDetections = [1, 3, 5] }));
        Matches(expected.RootElement.GetProperty("first_eval_images"), boxes);
        BoxIou(golden);
        Masks(golden, expected.RootElement.GetProperty("rle"));
        Polygon(golden, expected.RootElement.GetProperty("poly"));
        var resampled = new ResampledPrecision(boxes).All();
        CocoSummary summary = boxes.Accumulate().Summarize();
        Equal("resampled", [summary.Ap, summary.Ap50, summary.Ap75], [resampled.Ap, resampled.Ap50, resampled.Ap75]);
    }

    private static void Figures(GoldenCase golden, JsonDocument expected, string run, CocoEvaluation evaluation)
    {
        CocoCurves curves = evaluation.Accumulate();
        Equal($"{run}.precision", golden.Output($"{run}.precision").ToArray<double>(), curves.Precision);
        Equal($"{run}.recall", golden.Output($"{run}.recall").ToArray<double>(), curves.Recall);
        Equal($"{run}.scores", golden.Output($"{run}.scores").ToArray<double>(), curves.Scores);
        Equal(
            $"{run}.meanAP_per_category",
            Doubles(expected.RootElement.GetProperty($"{run}.meanAP_per_category")),
            [.. Enumerable.Range(0, evaluation.CategoryCount).Select(k => curves.MeanPrecision(category: k))]);
        if (expected.RootElement.TryGetProperty(run, out JsonElement summary))
        {
            CocoSummary s = curves.Summarize();
            Equal(
                $"{run} summary",
                [.. new[] { "AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl" }.Select(f => summary.GetProperty(f).GetDouble())],
                [s.Ap, s.Ap50, s.Ap75, s.ApSmall, s.ApMedium, s.ApLarge, s.Ar1, s.Ar10, s.Ar100, s.ArSmall, s.ArMedium, s.ArLarge]);
        }
    }

    private static void Matches(JsonElement cells, CocoEvaluation evaluation)
    {
        foreach (JsonElement cell in cells.EnumerateArray())
        {
            int image = IndexOf(evaluation.Images, cell.GetProperty("image_id").GetInt64());
            CocoMatches matches = evaluation[IndexOf(evaluation.Categories, cell.GetProperty("category_id").GetInt32()), 0, image]!;
            Equal("dtIds", Doubles(cell.GetProperty("dtIds")), [.. matches.Detections.Select(d => (double)d.Id)]);
            Equal("gtIds", Doubles(cell.GetProperty("gtIds")), [.. matches.Truths.Select(t => (double)t.Id)]);
            Equal("dtScores", Doubles(cell.GetProperty("dtScores")), [.. matches.Detections.Select(d => d.Score)]);
            Equal("dtMatches", Doubles(cell.GetProperty("dtMatches_iou50")), [.. matches.DetectionMatch[0].Select(g => g < 0 ? 0.0 : matches.Truths[g].Id)]);
            Equal("gtMatches", Doubles(cell.GetProperty("gtMatches_iou50")), [.. matches.TruthMatch[0].Select(d => d < 0 ? 0.0 : matches.Detections[d].Id)]);
            Equal("dtIgnore", Doubles(cell.GetProperty("dtIgnore_iou50")), [.. matches.DetectionIgnored[0].Select(i => i ? 1.0 : 0)]);
            Equal("gtIgnore", Doubles(cell.GetProperty("gtIgnore")), [.. matches.TruthIgnored.Select(i => i ? 1.0 : 0)]);
        }
    }

    private static void BoxIou(GoldenCase golden)
    {
        CocoBox[] found = Boxes(golden.Output("iou.dt"));
        CocoBox[] there = Boxes(golden.Output("iou.gt"));
        long[] crowd = golden.Output("iou.crowd").ToArray<long>();
        Equal("iou.out", golden.Output("iou.out").ToArray<double>(), [.. found.SelectMany(d => there.Select((g, i) => d.Iou(g, crowd[i] != 0)))]);
    }

    private static void Masks(GoldenCase golden, JsonElement expected)
    {
        int height = expected.GetProperty("size")[0].GetInt32();
        int width = expected.GetProperty("size")[1].GetInt32();
        byte[] stacked = golden.Output("rle.masks").ToArray<byte>();
        int count = stacked.Length / (height * width);
        bool[][] pixels = [.. Enumerable.Range(0, count).Select(n => Enumerable.Range(0, height * width).Select(i => stacked[(i * count) + n] != 0).ToArray())];
        RunLengthMask[] masks = [.. pixels.Select(p => RunLengthMask.Encode(p, height, width))];
        string[] texts = Strings(expected.GetProperty("counts"));
        bool[] crowd = [false, true, false, false];
        for (int n = 0; n < count; n++)
        {
            Assert.Equal(texts[n], masks[n].ToString());
            Assert.Equal(pixels[n], RunLengthText.Read(texts[n], height, width).Decode());
            Assert.Equal(expected.GetProperty("area")[n].GetInt64(), masks[n].Area);
            CocoBox box = masks[n].Box;
            Equal("rle.bbox", Doubles(expected.GetProperty("bbox")[n]), [box.X, box.Y, box.Width, box.Height]);
            Equal("rle.iou", Doubles(expected.GetProperty("iou")[n]), [.. masks.Select((truth, g) => masks[n].Iou(truth, crowd[g]))]);
        }

        Assert.Equal(expected.GetProperty("merged").GetString(), RunLengthMask.Merge(masks, intersect: false).ToString());
        Assert.Equal(expected.GetProperty("intersect").GetString(), RunLengthMask.Merge(masks, intersect: true).ToString());
    }

    private static void Polygon(GoldenCase golden, JsonElement expected)
    {
        RunLengthMask mask = PolygonMask.Rasterize(Doubles(expected.GetProperty("poly")[0]), expected.GetProperty("size")[0].GetInt32(), expected.GetProperty("size")[1].GetInt32());
        Assert.Equal(expected.GetProperty("counts")[0].GetString(), mask.ToString());
        Assert.Equal(golden.Output("poly.mask").ToArray<byte>().Select(p => p != 0), mask.Decode());
    }

    private static (long[] Images, int[] Categories, CocoTruth[] Truths) ReadTruths(GoldenCase golden)
    {
        using JsonDocument file = Json(golden, "gt.json");
        return (
            [.. file.RootElement.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("id").GetInt64())],
            [.. file.RootElement.GetProperty("categories").EnumerateArray().Select(c => c.GetProperty("id").GetInt32())],
            [.. file.RootElement.GetProperty("annotations").EnumerateArray().Select(a => new CocoTruth(
                a.GetProperty("id").GetInt64(), a.GetProperty("image_id").GetInt64(), a.GetProperty("category_id").GetInt32(),
                Box(Doubles(a.GetProperty("bbox"))), a.GetProperty("area").GetDouble(), a.GetProperty("iscrowd").GetInt32() != 0))]);
    }

    private static CocoDetection[] ReadDetections(GoldenCase golden)
    {
        using JsonDocument file = Json(golden, "dets.json");
        return [.. file.RootElement.EnumerateArray().Select((d, i) => new CocoDetection(
            i + 1, d.GetProperty("image_id").GetInt64(), d.GetProperty("category_id").GetInt32(), Box(Doubles(d.GetProperty("bbox"))), d.GetProperty("score").GetDouble()))];
    }

    private static void Equal(string what, double[] expected, double[] actual)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} values, the reference has {expected.Length}");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance, $"{what}[{i}]: {actual[i]:r}, the reference has {expected[i]:r}");
        }
    }

    private static int IndexOf<T>(IReadOnlyList<T> list, T value) => list.ToList().IndexOf(value);

    private static CocoBox Box(double[] xywh) => new(xywh[0], xywh[1], xywh[2], xywh[3]);

    private static CocoBox[] Boxes(Tensor rows) => [.. rows.ToArray<double>().Chunk(4).Select(Box)];

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetString()!)];

    private static JsonDocument Json(GoldenCase golden, string file) => JsonDocument.Parse(File.ReadAllBytes(golden.PathOf(file)));
}
