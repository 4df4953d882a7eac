using Radl.Diffusion.Imaging;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Runs;
using Radl.Layout.Generation;
using Radl.Layout.Scenes;
using Radl.Torch;
using Radl.Toybox.Text;

namespace Radl.Evaluation.Suites;

/// <summary>Where instances and verbs acted in a few pictures, drawn anew one at a time.</summary>
public static class AttentionPages
{
    private const int Pictures = 3;

    /// <summary>Draws the first scenes of a set that have a relation.</summary>
    /// <param name="modelFolder">The model, with an adapter for RaDL.</param>
    /// <param name="dtype">Type of its weights.</param>
    /// <param name="set">The scenes.</param>
    /// <param name="choices">How they are drawn.</param>
    /// <param name="cancellation">Checked before every step.</param>
    public static PictureTable Draw(string modelFolder, DType dtype, SceneSet set, SamplingChoices choices, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(choices);
        using SceneGenerator generator = SceneGenerator.Open(modelFolder, dtype, Device.Cpu);
        var settings = new GenerationSettings
        {
            Steps = choices.Steps,
            ControlSteps = choices.ControlSteps,
            Guidance = choices.Guidance,
            Scheduler = choices.Scheduler,
        };
        var rows = new List<PictureRow>();
        foreach (SceneRequest request in Enumerable.Range(0, set.Count).Select(set.At).Where(request => request.Scene.Relations.Count > 0).Take(Pictures))
        {
            Scene scene = SceneReader.Parse(ToySceneJson.Write(request.Scene, generator.Model.NativeSide), set.Name);
            using BoundScene bound = generator.Bind(scene, settings);
            DrawnPicture drawn = bound.Draw((long)request.Scene.Seed, new DrawRequest { AttentionMaps = true }, progress: null, cancellation);
            RgbImage image = SceneOverlay.Picture(drawn.Image, scene);
            rows.Add(new PictureRow(request.Prompt,
            [
                new PictureCell(image, "the picture and what was asked for"),
                new PictureCell(SceneHeatMaps.Picture(drawn.Image, drawn.HeatMaps), "share of the fusion per instance, attention per verb, by resolution; mean over the controlled steps"),
            ]));
        }
        return new PictureTable("attention", "Where instances and verbs acted", ["Picture", "Attention"], rows);
    }
}
