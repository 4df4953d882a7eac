using System.Text;
using Radl.Diffusion.Imaging;
using Radl.Torch.IO;

namespace Radl.Evaluation.Reports;

/// <summary>The report's files in a folder: <c>report.json</c>, <c>report.md</c> with its <c>pictures</c>, <c>report.html</c>.</summary>
public static class ReportFiles
{
    private const int Gap = 4;

    /// <summary>Writes or replaces them.</summary>
    /// <returns>Paths of the three reports.</returns>
    public static IReadOnlyList<string> Write(string folder, EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Directory.CreateDirectory(folder);
        foreach (PictureTable pictures in report.Sections.SelectMany(section => section.Pictures))
        {
            Directory.CreateDirectory(Path.Combine(folder, "pictures"));
            for (int row = 0; row < pictures.Rows.Count; row++)
            {
                RgbImage[] images = [.. pictures.Rows[row].Cells.Select(cell => cell.Image)];
                PngWriter.Write(Path.Combine(folder, ReportMarkdown.PictureFile(pictures, row)), ImageGrid.Tile(images, images.Length, Gap));
            }
        }
        return
        [
            Save("report.json", ReportJson.Write(report)),
            Save("report.md", Encoding.UTF8.GetBytes(ReportMarkdown.Write(report))),
            Save("report.html", Encoding.UTF8.GetBytes(ReportHtml.Write(report))),
        ];

        string Save(string name, byte[] content)
        {
            string path = Path.Combine(folder, name);
            AtomicFile.Write(path, content);
            return path;
        }
    }
}
