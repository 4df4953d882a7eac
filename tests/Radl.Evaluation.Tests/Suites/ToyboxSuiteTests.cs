using Radl.Diffusion.Models;
using Radl.Evaluation.Measures;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Runs;
using Radl.Evaluation.Statistics;
using Radl.Evaluation.Suites;
using Radl.Evaluation.Toybox;
using Radl.Toybox.Text;
using Radl.Toybox.World;
using Radl.Training.Config;

namespace Radl.Evaluation.Tests.Suites;

public sealed class ToyboxSuiteTests(EngineTest.TinyModel model) : EngineTest(model)
{
    [Fact]
    public void A_table_states_what_the_detector_scores()
    {
        IReadOnlyList<Study> studies = Suite().Of("tables");
        SuiteResults results = Run("out", studies)!;
        Assert.Equal(10, File.ReadLines(Scratch.In("out", "layouts-2-3", "radl", "scenes.jsonl")).Count());
        ReportTable table = new StudyScorer(results).Tables(studies[0]).First();
        foreach (StudyRow row in studies[0].Rows)
        {
            var score = new ToyScore();
            foreach (SceneResult scene in results.Of(row.Tasks[0]).Scenes)
            {
                score.Add(scene.Reading.Asked);
            }
            ReportRow shown = table.Rows.First(shown => shown.Label == row.Label);
            Assert.Equal(100 * score.All.SuccessRate, Cell(table, shown, "success"), 9);
            Assert.Equal(100 * score.All.MeanIou, Cell(table, shown, "miou"), 9);
            Assert.Equal(100 * score.All.CategoryAccuracy, Cell(table, shown, "category"), 9);
            Assert.Equal(100.0 * score.All.ScenesComplete / score.All.Scenes, Cell(table, shown, "r"), 9);
        }
    }

    [Fact]
    public void Intervals_hold_their_figures()
    {
        IReadOnlyList<Study> studies = Suite().Of("all");
        SuiteResults results = Run("out", studies)!;
        var scorer = new StudyScorer(results);
        ReportTable[] tables = [.. studies.SelectMany(scorer.Tables)];
        Assert.All(
            tables.SelectMany(table => table.Rows).Where(row => row.Kind != ReportRowKind.Paper).SelectMany(row => row.Cells).OfType<Interval>()
                .Where(cell => !double.IsNaN(cell.Low)),
            cell => Assert.InRange(cell.Estimate, cell.Low - 1e-9, cell.High + 1e-9));
        Assert.All(tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Cells.Count)));
    }

    [Fact]
    public void Crowds_are_shown_number_by_number_beside_what_was_drawn()
    {
        IReadOnlyList<Study> studies = Suite().Of("open");
        SuiteResults results = Run("out", studies)!;
        PictureTable shown = SuiteReport.Of("Tiny", [], studies, results, []).Sections.SelectMany(section => section.Pictures).First();
        Assert.Equal(["Stable Diffusion", "RaDL", "Drawn"], shown.Columns);
        Assert.Equal(["6 instances", "8 instances", "10 instances", "15 instances", "20 instances"], shown.Rows.Select(row => row.Caption));
        ReportTable differences = new StudyScorer(results).Tables(studies[0]).Last();
        Assert.Equal(["RaDL, 6 instances - Stable Diffusion, 6 instances", "RaDL, 8 instances - Stable Diffusion, 8 instances"], differences.Rows.Take(2).Select(row => row.Label));
        Assert.Equal(["success", "miou", "category"], differences.Columns.Select(column => column.Key));
        // What is controlled throughout are the adapters, by the sampling's steps and no share of their own.
        Study controlled = studies.Single(study => study.Id == "crowds-controlled");
        Assert.All(controlled.Rows, row => Assert.Equal(("radl-control-2", 2), (row.Tasks[0].Arm.Name, row.Tasks[0].Arm.Sampling.ControlSteps)));
        Assert.All(shown.Rows, row => Assert.StartsWith($"{row.Caption.Split(' ')[0]} of {row.Caption.Split(' ')[0]} in place", row.Cells[2].Verdict, StringComparison.Ordinal));
    }

    [Fact]
    public void Shards_report_what_a_whole_run_reports()
    {
        IReadOnlyList<Study> studies = Suite().Of("tables");
        Assert.Null(Run("shards", studies, new Shard(0, 2)));
        SuiteResults shards = Run("shards", studies, new Shard(1, 2))!;
        SuiteResults whole = Run("whole", studies)!;
        Assert.Equal(Json(studies, whole), Json(studies, shards));
    }

    [Fact]
    public void What_was_not_trained_is_a_row_that_says_so()
    {
        Study ablations = Suite().Of("ablations")[0];
        StudyRow[] absent = [.. ablations.Rows.Where(row => row.Tasks.Count == 0)];
        Assert.Contains(absent, row => row.Absent == "not trained: the model has no adapters/radl-no-enhancement");
        Assert.All(absent, row => Assert.StartsWith("not trained", row.Absent, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_variant_differs_from_the_method_as_it_is()
    {
        IReadOnlyList<Study> studies = Suite().Of("ablations");
        ReportTable[] tables = [.. new StudyScorer(Run("out", studies)!).Tables(studies[0])];
        ReportRow[] rows = [.. tables[0].Rows.Where(row => row.Kind == ReportRowKind.Measured)];
        Assert.Equal(rows.Skip(1).Select(row => $"{row.Label} - {rows[0].Label}"), tables[1].Rows.Select(row => row.Label));
        Assert.Equal(
            rows.Skip(1).Select(row => Cell(tables[0], row, "miou") - Cell(tables[0], rows[0], "miou")), tables[1].Rows.Select(row => Cell(tables[1], row, "miou")), (x, y) => Math.Abs(x - y) < 1e-9);
    }

    [Fact]
    public void Every_variant_that_needs_a_training_has_its_config()
    {
        string[] needed = [.. Suite().Of("all").SelectMany(study => study.Rows).Select(row => row.Absent?.Split('/')[^1]).OfType<string>()];
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Radl.slnx")))
        {
            root = Path.GetDirectoryName(root)!;
        }
        TrainingConfig[] configs = [.. Directory.GetFiles(Path.Combine(root, "models", "toybox", "ablations")).Select(TrainingConfigReader.Read)];
        Assert.Equal(9, needed.Length);
        Assert.Subset(configs.Select(config => config.Adapter).ToHashSet(), needed.ToHashSet());
        Assert.Equal("prompt", Assert.Single(configs, config => config.Adapter == "radl-whole-prompt").RelationText);
        Assert.Equal("roles", Assert.Single(configs, config => config.Adapter == "radl-roles").RelationText);
        Assert.Equal(
            [("migc-verbless", "verb"), ("radl-verbless", "verb"), ("radl-verbless-roles", "roles")],
            configs.Where(config => config.Data.VerblessPrompts == 0.5).Select(config => (config.Adapter, config.RelationText)).Order());
    }

    [Fact]
    public void A_method_takes_its_training_seeds_and_no_other_adapter()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        foreach (string adapter in (string[])["radl", "radl-seed10", "radl-seed2", "radl-no-layout", "radlike"])
        {
            Directory.CreateDirectory(scratch.In("adapters", adapter));
            File.WriteAllText(scratch.In("adapters", adapter, "adapter.safetensors"), "");
            File.WriteAllText(scratch.In("adapters", adapter, "config.json"), $$"""{"model_type":"{{(adapter == "radlike" ? "gligen" : "radl")}}"}""");
        }
        var folder = new ModelFolder(scratch.Path);
        MethodChoice choice = Assert.Single(MethodChoice.Parse(["radl", "codec"], folder));
        Assert.Equal(["radl", "radl-seed2", "radl-seed10"], choice.Adapters.Select(Path.GetFileName));
        string further = scratch.In("seeds", "radl-seed3");
        Directory.CreateDirectory(further);
        File.WriteAllText(Path.Combine(further, "adapter.safetensors"), "");
        Assert.Equal(choice.Adapters, Assert.Single(MethodChoice.Parse(["radl"], folder)).Adapters);
        Assert.Equal(
            [.. choice.Adapters.Take(2), further, choice.Adapters[2]],
            Assert.Single(MethodChoice.Parse(["radl"], folder, allSeeds: true)).Adapters);
        MethodChoice mine = Assert.Single(MethodChoice.Parse([$"mine={scratch.In("adapters", "radlike")}"], folder));
        Assert.Equal("mine", mine.Name);
        MethodChoice guided = Assert.Single(MethodChoice.Parse(["layout-guidance"], folder));
        Assert.Equal("layout-guidance", Assert.Single(guided.Tasks(SceneSets.Layouts(2), new SamplingChoices())).Arm.TrainingFree);
        // A fifth of the steps is guided in its paper, half of them are controlled in RaDL's, three tenths in GLIGEN's, under any name.
        Assert.Equal((12, 30, 18), (guided.WithItsShare(60).ControlSteps, choice.WithItsShare(60).ControlSteps, mine.WithItsShare(60).ControlSteps));
        Assert.Throws<ArgumentException>(() => MethodChoice.Parse(["migc"], folder));
        Assert.Throws<ArgumentException>(() => MethodChoice.Parse(["radl", "radl"], folder));
        Assert.Throws<ArgumentException>(() => MethodChoice.Parse(["../up"], folder));
    }

    [Fact]
    public void A_preposition_stands_where_the_verb_phrase_stood()
    {
        SceneRequest said = SceneSets.Prepositions(4, isVerbSaid: true).At(0);
        SceneRequest unsaid = SceneSets.Prepositions(4, isVerbSaid: false).At(0);
        Assert.Equal(ToyVerb.FleeingFrom, said.Scene.Relations[0].Verb);
        Assert.Equal(said.Prompt.Replace("fleeing from", "from", StringComparison.Ordinal), unsaid.Prompt);
        Assert.NotEqual(said.Prompt, unsaid.Prompt);
        Assert.Equal("from", new SamplingChoices { RelationText = RelationText.Preposition }.RelationOf(unsaid));
        Assert.Equal(unsaid.Prompt, new SamplingChoices { RelationText = RelationText.Prompt }.RelationOf(unsaid));
        Assert.Equal("", new SamplingChoices { RelationText = RelationText.Empty }.RelationOf(unsaid));
        Assert.Equal(
            $"{said.Scene.Instances[0].Label} fleeing from {said.Scene.Instances[1].Label}", new SamplingChoices { RelationText = RelationText.Roles }.RelationOf(said));
        Assert.Equal("fleeing", new SamplingChoices { RelationText = RelationText.Verb }.RelationOf(unsaid));
    }

    [Fact]
    public void A_listed_pair_is_the_same_picture_to_draw_and_its_prompt_has_no_verb()
    {
        var phrases = new HashSet<string>();
        for (int i = 0; i < 40; i++)
        {
            SceneRequest said = SceneSets.Pairs(40, isVerbSaid: true).At(i);
            SceneRequest listed = SceneSets.Pairs(40, isVerbSaid: false).At(i);
            string phrase = ToyVocabulary.Phrase(said.Scene.Relations[0].Verb);
            Assert.Equal(said.Prompt.Replace($" {phrase} ", ", ", StringComparison.Ordinal), listed.Prompt);
            Assert.Contains(phrase, said.Prompt, StringComparison.Ordinal);
            Assert.Equal((said.Scene.Seed, phrase, phrase), (listed.Scene.Seed, said.Group, listed.Group));
            Assert.Equal(phrase, new SamplingChoices().RelationOf(listed));
            phrases.Add(phrase);
        }
        Assert.Equal(5, phrases.Count);
    }

    [Fact]
    public void Who_is_told_the_verb_is_compared_between_methods_that_were_trained_alike()
    {
        Study verbs = Assert.Single(Suite().Of("verbs"));
        Assert.Equal(
            ["RaDL, verb in the prompt - Stable Diffusion, verb in the prompt", "RaDL, pair only listed - Stable Diffusion, pair only listed"],
            verbs.Compared.Select(pair => $"{pair.One.Label} - {pair.Other.Label}"));
        Assert.Equal(
            ["not trained: the model has no adapters/radl-verbless", "not trained: the model has no adapters/radl-verbless-roles"], verbs.Rows.Select(row => row.Absent).OfType<string>());
    }

    private static double Cell(ReportTable table, ReportRow row, string key) =>
        row.Cells[table.Columns.ToList().FindIndex(column => column.Key == key)]!.Value.Estimate;

    private static byte[] Json(IReadOnlyList<Study> studies, SuiteResults results) =>
        ReportJson.Write(SuiteReport.Of("Tiny", [], studies, results, []));

    private SuiteResults? Run(string folder, IReadOnlyList<Study> studies, Shard? shard = null)
    {
        using PictureStudio studio = OpenStudio();
        return new SuiteRun(studio, Scratch.In(folder), TimeProvider.System) { Shard = shard ?? Shard.Whole }.Run(studies, CancellationToken.None);
    }

    private ToyboxSuite Suite()
    {
        var folder = new ModelFolder(ModelFolder);
        return new ToyboxSuite
        {
            Model = folder,
            Methods = MethodChoice.Parse(["sd", "radl"], folder),
            Scenes = 10,
            DrawScenes = 6,
            VariantScenes = 4,
            CrowdScenes = 2,
            MaxInstances = 3,
            Batch = 2,
            Sampling = Radl.Sampling,
        };
    }
}
