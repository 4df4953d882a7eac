using System.Globalization;
using System.Text.Json;
using Radl.Diffusion.Imaging;
using Radl.Evaluation.CocoMig;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>COCO-MIG's bookkeeping: colours and suppression bit by bit, each instance, and the figures by level.</summary>
public static class MigcEvalConformance
{
    public static void MigcEval(string name)
    {
        using var scope = TensorScope.Enter();
        using var golden = new GoldenCase(name);
        Colors(golden);
        Suppression(golden);
        foreach (string threshold in (string[])["0.5", "0.3"])
        {
            Compare(golden, threshold);
        }
    }

    private static void Colors(GoldenCase golden)
    {
        byte[] bgr = golden.Output("bgr").ToArray<byte>();
        byte[] hsv = golden.Output("hsv").ToArray<byte>();
        MigHsv[] actual = [.. bgr.Chunk(3).Select(p => MigHsv.FromRgb(p[2], p[1], p[0]))];
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(new MigHsv(hsv[3 * i], hsv[(3 * i) + 1], hsv[(3 * i) + 2]), actual[i]);
        }

        Assert.Equal(golden.OutputNames.Where(n => n.StartsWith("in.", StringComparison.Ordinal)).Order(), MigColors.Names.Select(c => $"in.{c}").Order());
        foreach (string color in MigColors.Names)
        {
            Assert.Equal(golden.Output($"in.{color}").ToArray<bool>(), actual.Select(p => MigColors.Contains(color, p)));
        }
    }

    private static void Suppression(GoldenCase golden)
    {
        MigBox[] boxes = [.. golden.Output("nms.boxes").ToArray<float>().Chunk(4).Select(Box)];
        float[] scores = golden.Output("nms.scores").ToArray<float>();
        foreach (string threshold in (string[])["0.3", "0.5", "0.8"])
        {
            Assert.Equal(golden.Output($"nms.keep_{threshold}").ToArray<long>(), MigBox.Suppress(boxes, scores, float.Parse(threshold, CultureInfo.InvariantCulture)).Select(i => (long)i));
        }

        Assert.Equal(golden.Output("iou.matrix").ToArray<float>(), boxes[..10].SelectMany(a => boxes[28..45].Select(b => a.Iou(b))));
    }

    private static void Compare(GoldenCase golden, string threshold)
    {
        using JsonDocument tables = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("instances.json")));
        var images = new List<MigInstance[]>();
        foreach (JsonProperty image in tables.RootElement.EnumerateObject())
        {
            RgbImage picture = PngReader.Read(golden.PathOf($"images/sample_{image.Name}.png")).Colours;
            images.Add([.. image.Value.EnumerateArray().Select(i => Judge(picture, i, threshold))]);
        }

        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf($"metrics_miou_threshold_{threshold}.json")));
        MigReport report = MigReport.Of(images);
        Assert.Equal(metrics.RootElement.GetProperty("sucess_ratio").GetDouble(), report.All.ImageSuccess, 1e-12);
        Assert.Equal(metrics.RootElement.GetProperty("inst_sucess_ratio").GetDouble(), report.All.InstanceSuccess, 1e-12);
        Assert.Equal(metrics.RootElement.GetProperty("miou").GetDouble(), report.All.MeanIou, 1e-12);
        Assert.Equal([2, 3, 4, 5, 6], report.ByCount.Keys);
        foreach ((int count, MigFigures level) in report.ByCount)
        {
            Assert.Equal(metrics.RootElement.GetProperty("success_level_ratio")[count - 2].GetDouble(), level.ImageSuccess, 1e-12);
            Assert.Equal(metrics.RootElement.GetProperty("inst_level_sucess_ratio")[count - 2].GetDouble(), level.InstanceSuccess, 1e-12);
            Assert.Equal(metrics.RootElement.GetProperty("miou_level")[count - 2].GetDouble(), level.MeanIou, 1e-12);
        }
    }

    private static MigInstance Judge(RgbImage picture, JsonElement table, string threshold)
    {
        JsonElement expected = table.GetProperty($"expected_miou_threshold_{threshold}");
        bool[] mask = BestMask(table, picture.Width, picture.Height);
        (int colored, int pixels) = MigColors.Count(picture.Pixels, mask, table.GetProperty("attr").GetString()!);
        if (expected.GetProperty("mask_pixels").ValueKind == JsonValueKind.Number)
        {
            Assert.Equal((expected.GetProperty("color_pixels").GetInt32(), expected.GetProperty("mask_pixels").GetInt32()), (colored, pixels));
        }

        double[] box = [.. table.GetProperty("gt_bbox").EnumerateArray().Select(v => v.GetDouble() * picture.Width)];
        MigInstance instance = MigInstance.Judge(
            [.. table.GetProperty("detections_xyxy").EnumerateArray().Select(b => Box([.. b.EnumerateArray().Select(v => v.GetSingle())]))],
            [.. table.GetProperty("detection_scores").EnumerateArray().Select(v => v.GetSingle())],
            (box[0], box[1], box[2], box[3]), colored, pixels, double.Parse(threshold, CultureInfo.InvariantCulture));
        Assert.Equal(expected.GetProperty("success_flag").GetInt32() != 0, instance.Placed);
        Assert.Equal(expected.GetProperty("attr_flag").GetInt32() != 0, instance.Colored);
        Assert.Equal(expected.GetProperty("miou").GetDouble(), instance.Iou, 1e-12);
        return instance;
    }

    private static bool[] BestMask(JsonElement table, int width, int height)
    {
        double[] scores = [.. table.GetProperty("sam_scores").EnumerateArray().Select(s => s.GetDouble())];
        int[] rectangle = [.. table.GetProperty("sam_mask_rects")[Array.IndexOf(scores, scores.Max())].EnumerateArray().Select(v => v.GetInt32())];
        return [.. Enumerable.Range(0, width * height).Select(i =>
            i % width >= rectangle[0] && i % width < rectangle[2] && i / width >= rectangle[1] && i / width < rectangle[3])];
    }

    private static MigBox Box(float[] b) => new(b[0], b[1], b[2], b[3]);
}
