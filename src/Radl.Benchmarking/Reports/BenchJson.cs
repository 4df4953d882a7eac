using System.Text;
using System.Text.Json;
using Radl.Diffusion.Models;
using Radl.Torch;

namespace Radl.Benchmarking.Reports;

/// <summary>A report as one JSON object. <c>plain_step</c> and <c>controlled_step</c> keep their fields; others may be added beside them.</summary>
public static class BenchJson
{
    /// <summary>The text, indented, without a final line break.</summary>
    public static string Text(BenchReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Write(json =>
        {
            json.WriteStartObject("plain_step");
            json.WriteNumber("seconds", report.PlainStep.Seconds.Median);
            json.WriteNumber("share_of_peak", report.PlainStep.ShareOfPeak);
            json.WriteEndObject();
            json.WriteStartObject("controlled_step");
            json.WriteNumber("seconds", report.MainControl.Seconds.Median);
            json.WriteEndObject();
            json.WriteNumber("controlled_over_plain", report.MainControl.Ratio);
            WriteHeader(json, report);
            json.WriteStartObject("stages");
            Stage(json, "text_encoding", report.Text);
            Stage(json, "plain_step", report.PlainStep);
            Stage(json, "vae_decode", report.Decode);
            json.WriteEndObject();
            json.WriteStartArray("methods");
            foreach (ControlResult control in report.Controlled)
            {
                json.WriteStartObject();
                json.WriteString("method", control.Method);
                json.WriteNumber("instances", control.Instances);
                Seconds(json, control.Seconds);
                json.WriteNumber("over_plain", control.Ratio);
                json.WriteNumber("least_over_least", control.LeastRatio);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("options");
            foreach (OptionResult option in report.Options)
            {
                json.WriteStartObject();
                json.WriteString("name", option.Name);
                Seconds(json, option.Seconds);
                json.WriteNumber("over_without", option.Ratio);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("peak_memory_bytes", report.PeakMemory);
            json.WriteNumber("model_made_seconds", report.BuildSeconds);
            if (report.Load is { } load)
            {
                json.WriteStartObject("model_load");
                Seconds(json, load);
                json.WriteEndObject();
            }
        });
    }

    /// <summary>An accuracy check.</summary>
    public static string Text(AccuracyCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return Write(json =>
        {
            json.WriteStartObject("accuracy");
            json.WriteString("dtype", Precision.NameOf(check.DType));
            json.WriteNumber("relative_error", check.Relative);
            json.WriteNumber("largest_difference", check.OfLargest);
            json.WriteEndObject();
        });
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteHeader(Utf8JsonWriter json, BenchReport report)
    {
        json.WriteStartObject("header");
        json.WriteString("processor", report.Header.Processor);
        json.WriteNumber("logical_cores", report.Header.LogicalCores);
        json.WriteString("instructions", report.Header.Instructions);
        json.WriteString("memory", report.Header.Memory);
        json.WriteString("libtorch", report.Header.Libtorch);
        json.WriteString("kernels", report.Header.Kernels);
        json.WriteNumber("threads", report.Header.Threads);
        json.WriteString("runtime", report.Header.Runtime);
        json.WriteString("system", report.Header.System);
        json.WriteString("load", report.Header.Load);
        if (report.OtherCores is { } cores)
        {
            json.WriteNumber("cores_of_others", cores);
        }
        json.WriteString("model", report.Model);
        json.WriteNumber("size", report.Side);
        json.WriteString("dtype", Precision.NameOf(report.DType));
        json.WriteString("device", report.Device.ToString());
        json.WriteEndObject();
        json.WriteStartObject("gemm_peak_flops");
        foreach ((DType dtype, double peak) in report.Peaks)
        {
            json.WriteNumber(Precision.NameOf(dtype), peak);
        }
        json.WriteEndObject();
    }

    private static void Stage(Utf8JsonWriter json, string key, StageResult stage)
    {
        json.WriteStartObject(key);
        json.WriteString("dtype", Precision.NameOf(stage.DType));
        Seconds(json, stage.Seconds);
        json.WriteNumber("flops", stage.Flops);
        json.WriteNumber("share_of_peak", stage.ShareOfPeak);
        json.WriteNumber("peak_memory_bytes", stage.PeakMemory);
        json.WriteEndObject();
    }

    private static void Seconds(Utf8JsonWriter json, Measurement seconds)
    {
        json.WriteNumber("seconds", seconds.Median);
        json.WriteNumber("least", seconds.Least);
        json.WriteNumber("most", seconds.Most);
        json.WriteNumber("runs", seconds.Runs);
    }
}
