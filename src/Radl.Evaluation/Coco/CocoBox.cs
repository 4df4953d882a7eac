namespace Radl.Evaluation.Coco;

/// <summary>A box as COCO writes it: left, top, width, height in pixels, without the one-pixel extension of older benchmarks.</summary>
public readonly record struct CocoBox(double X, double Y, double Width, double Height)
{
    public double Area => Width * Height;

    /// <summary>Overlap of a detection (this box) with a truth.</summary>
    /// <param name="truth">The true box.</param>
    /// <param name="crowd">Whether the truth is a crowd region: then the overlap is the share of the detection that lies in it.</param>
    public double Iou(CocoBox truth, bool crowd = false)
    {
        double w = Math.Min(X + Width, truth.X + truth.Width) - Math.Max(X, truth.X);
        double h = Math.Min(Y + Height, truth.Y + truth.Height) - Math.Max(Y, truth.Y);
        if (w <= 0 || h <= 0)
        {
            return 0;
        }

        double shared = w * h;
        return shared / (crowd ? Area : Area + truth.Area - shared);
    }
}

/// <summary>One object that is there.</summary>
/// <param name="Id">Names it in reports.</param>
/// <param name="Image">Its picture.</param>
/// <param name="Category">Its category.</param>
/// <param name="Box">Its box.</param>
/// <param name="Area">Its area in pixels; of a segmented object less than the box.</param>
/// <param name="Crowd">A region of many objects: any number of detections may lie in it, and none is counted.</param>
/// <param name="Ignored">Left out of the count like a crowd, but with the ordinary overlap. The reference's file reader never sets this.</param>
public sealed record CocoTruth(long Id, long Image, int Category, CocoBox Box, double Area, bool Crowd = false, bool Ignored = false);

/// <summary>One object that a detector claims.</summary>
/// <param name="Id">Names it in reports.</param>
/// <param name="Image">Its picture.</param>
/// <param name="Category">The claimed category.</param>
/// <param name="Box">The claimed box; its area decides into which range of sizes an unmatched detection falls.</param>
/// <param name="Score">Higher is surer; of equal scores the earlier detection comes first.</param>
public sealed record CocoDetection(long Id, long Image, int Category, CocoBox Box, double Score);
