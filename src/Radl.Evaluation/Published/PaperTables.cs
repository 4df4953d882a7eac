namespace Radl.Evaluation.Published;

/// <summary>A row of the paper's COCO-Position table, in per cent; FID over 6,400 pictures. Null where the paper has none.</summary>
public sealed record PaperPositionRow(
    string Method, double R, double MeanIou, double Ap, double Ap50, double Ap75, double Clip, double LocalClip, double? Fid);

/// <summary>A row of the paper's COCO-MIG table, in per cent: two and six instances.</summary>
public sealed record PaperMigRow(string Method, double SuccessOfTwo, double SuccessOfSix, double MeanIouOfTwo, double MeanIouOfSix);

/// <summary>A row of the paper's DrawBench table, in per cent.</summary>
public sealed record PaperDrawRow(string Method, double Attribute, double Quantity, double Relation);

/// <summary>
/// What the RaDL paper published: measured by its authors, with Stable Diffusion at 512 pixels on COCO and DrawBench,
/// by learned detectors. Nothing here was measured by this program, and nothing of it is comparable with the toybox but the order.
/// </summary>
public static class PaperTables
{
    /// <summary>What a report must write beside these rows.</summary>
    public const string Source = "as published in the RaDL paper; other data, model and detector than ours";

    /// <summary>Table I, COCO-Position.</summary>
    public static IReadOnlyList<PaperPositionRow> Position { get; } =
    [
        new("Real Image", 83.75, 85.49, 65.97, 79.11, 71.22, 24.22, 19.74, null),
        new("Stable Diffusion", 5.95, 21.60, 0.80, 2.71, 0.42, 25.69, 17.34, 23.56),
        new("GLIGEN", 70.52, 71.61, 40.68, 68.26, 42.85, 24.61, 19.69, 26.80),
        new("LayoutDiffusion", 50.53, 57.49, 23.45, 48.10, 20.70, 18.28, 19.08, 25.94),
        new("BoxDiff", 17.84, 33.38, 3.29, 12.27, 1.08, 23.79, 18.70, 25.15),
        new("TFLCG", 13.54, 28.01, 1.75, 6.77, 0.56, 25.07, 17.97, 24.65),
        new("MultiDiffusion", 23.86, 38.82, 6.72, 18.65, 3.63, 22.10, 19.13, 33.20),
        new("MIGC", 80.29, 77.38, 54.69, 84.17, 61.71, 24.66, 20.25, 24.52),
        new("RaDL", 81.09, 78.58, 55.47, 85.02, 62.33, 24.66, 20.27, 23.53),
    ];

    /// <summary>Table II, COCO-MIG. That its two columns are two and six instances follows from the paper's text.</summary>
    public static IReadOnlyList<PaperMigRow> Mig { get; } =
    [
        new("Stable Diffusion", 6.87, 2.21, 18.92, 14.42),
        new("GLIGEN", 42.30, 30.84, 37.58, 27.70),
        new("BoxDiff", 24.61, 9.31, 32.64, 21.19),
        new("TFLCG", 20.47, 4.36, 29.34, 17.86),
        new("MultiDiffusion", 24.88, 18.60, 29.41, 24.71),
        new("MIGC", 67.70, 56.88, 59.39, 49.89),
        new("RaDL", 68.97, 59.45, 61.16, 53.27),
    ];

    /// <summary>Table III, DrawBench.</summary>
    public static IReadOnlyList<PaperDrawRow> Draw { get; } =
    [
        new("GLIGEN", 51.00, 44.08, 60.62),
        new("BoxDiff", 28.50, 9.21, 31.25),
        new("TFLCG", 35.00, 15.79, 35.42),
        new("MultiDiffusion", 18.50, 17.76, 21.88),
        new("MIGC", 79.00, 67.76, 60.83),
        new("RaDL", 80.83, 68.12, 73.54),
    ];
}
