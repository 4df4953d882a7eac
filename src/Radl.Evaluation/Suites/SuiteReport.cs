using Radl.Evaluation.Reports;

namespace Radl.Evaluation.Suites;

/// <summary>From results to a report.</summary>
public static class SuiteReport
{
    /// <summary>The report.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="header">Command, versions, machine.</param>
    /// <param name="studies">The questions.</param>
    /// <param name="results">What the pictures showed.</param>
    /// <param name="more">Further tables of pictures, such as attention maps.</param>
    public static EvaluationReport Of(
        string title, IReadOnlyList<KeyValuePair<string, string>> header, IReadOnlyList<Study> studies, SuiteResults results, IReadOnlyList<PictureTable> more)
    {
        ArgumentNullException.ThrowIfNull(studies);
        var scorer = new StudyScorer(results);
        var sections = new List<ReportSection>
        {
            new("reading", "How to read this")
            {
                Paragraphs =
                [
                    "Every picture is of a drawn scene that no training saw, and is judged by a detector without learned parts. All methods get the same scenes and the same noise. "
                    + "Brackets hold 95 % intervals: the bootstrap over scenes, and over training seeds where a row has several.",
                    "Rows marked as ceiling are not generated: they are what the detector reads of the drawn scenes, as they are and after the codec. "
                    + "Rows marked as the paper's are what its authors published, with Stable Diffusion on photographs and learned detectors: the order of methods can be compared, the figures cannot.",
                ],
            },
        };
        sections.AddRange(studies.Select(study => new ReportSection(study.Id + "-section", study.Title) { Tables = [.. scorer.Tables(study)] }));
        PictureTable[] pages =
        [
            .. studies.Where(study => study.Scoring == Scoring.Position).SelectMany(study => new PicturePages(results, study.Rows).Pages()),
            .. studies.Where(study => study.Scoring == Scoring.Crowds).Select(study => new PicturePages(results, study.Rows).FirstOfEachSet($"{study.Id}-shown", study.Title)),
            .. more,
        ];
        if (pages.Length > 0)
        {
            sections.Add(new ReportSection("pictures", "Pictures")
            {
                Paragraphs = ["The first scenes of each kind, in the order of the set; nothing was picked by eye. Boxes show what was asked for."],
                Pictures = pages,
            });
        }
        return new EvaluationReport(title, header, sections);
    }
}
