using Radl.Evaluation.Published;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Suites;

/// <summary>The paper's figures under our columns.</summary>
internal static class PaperRows
{
    /// <summary>The paper's rows of a kind of table; none where the paper has no such table.</summary>
    /// <param name="scoring">The kind.</param>
    /// <param name="columns">Keys of our columns; what the paper does not state stays empty.</param>
    public static IEnumerable<ReportRow> Of(Scoring scoring, IReadOnlyList<string> columns) =>
        Figures(scoring).Select(row => new ReportRow(row.Method, ReportRowKind.Paper, [.. columns.Select(key => Cell(row.Values, key))]));

    /// <summary>What RaDL gains over another method in the paper.</summary>
    public static IEnumerable<ReportRow> Differences(Scoring scoring, IReadOnlyList<string> columns)
    {
        (string Method, Dictionary<string, double> Values)[] rows = [.. Figures(scoring)];
        Dictionary<string, double>? radl = rows.FirstOrDefault(row => row.Method == "RaDL").Values;
        Dictionary<string, double>? migc = rows.FirstOrDefault(row => row.Method == "MIGC").Values;
        if (radl is not null && migc is not null)
        {
            Dictionary<string, double> gains = radl.Where(entry => migc.ContainsKey(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value - migc[entry.Key], StringComparer.Ordinal);
            yield return new ReportRow("RaDL - MIGC", ReportRowKind.Paper, [.. columns.Select(key => Cell(gains, key))]);
        }
    }

    private static Interval? Cell(Dictionary<string, double> values, string key) =>
        values.TryGetValue(key, out double value) ? new Interval(value, double.NaN, double.NaN) : null;

    private static IEnumerable<(string Method, Dictionary<string, double> Values)> Figures(Scoring scoring) => scoring switch
    {
        Scoring.Position => PaperTables.Position.Select(row => (row.Method, Values(
            ("r", row.R), ("miou", row.MeanIou), ("ap", row.Ap), ("ap50", row.Ap50), ("ap75", row.Ap75), ("clip", row.Clip), ("local_clip", row.LocalClip), ("fid", row.Fid)))),
        Scoring.Mig => PaperTables.Mig.Select(row => (row.Method, Values(
            ("success_2", row.SuccessOfTwo), ("success_6", row.SuccessOfSix), ("miou_2", row.MeanIouOfTwo), ("miou_6", row.MeanIouOfSix)))),
        Scoring.Draw => PaperTables.Draw.Select(row => (row.Method, Values(("attribute", row.Attribute), ("quantity", row.Quantity), ("relation", row.Relation)))),
        _ => [],
    };

    private static Dictionary<string, double> Values(params (string Key, double? Value)[] values) =>
        values.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!.Value, StringComparer.Ordinal);
}
