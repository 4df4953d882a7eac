using Radl.Layout.Methods;
using Radl.Torch;
using Radl.Toybox.Text;
using Radl.Toybox.World;

namespace Radl.Training.Stages.Conditions;

/// <summary>Drawn scenes as an adapter's conditions. The world's labels and verbs are a closed list, so each is encoded once.</summary>
public sealed class ToyConditions : IDisposable
{
    private readonly LabelTable _labels;
    private readonly LabelTable _verbs;
    private readonly int _factor;

    /// <summary>Encodes all labels and verbs; the model stays the caller's.</summary>
    public ToyConditions(FrozenModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _factor = model.Vae.Config.Factor;
        _labels = new LabelTable(model.Text, model.Prompts, ToyCaption.AllLabels, model.Device);
        _verbs = new LabelTable(model.Text, model.Prompts, Enum.GetValues<ToyVerb>().Select(ToyVocabulary.Phrase).Append(""), model.Device);
    }

    /// <summary>Conditions of a ragged batch; the current scope owns their tensors.</summary>
    /// <param name="scenes">The scenes.</param>
    /// <param name="prompts">Hidden states of their prompts, [scenes, tokens, width].</param>
    /// <param name="size">Side of the pictures in pixels.</param>
    public LayoutConditions Of(IReadOnlyList<ToyScene> scenes, Tensor prompts, int size)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        ToyInstance[] instances = scenes.SelectMany(scene => scene.Instances).ToArray();
        (Tensor hidden, Tensor pooled) = _labels.Get(instances.Select(instance => instance.Label).ToArray());
        Tensor verbs = _verbs.Get(scenes.Select(VerbOf).ToArray()).Hidden;
        (Tensor masks, Tensor background) = ToyMasks.Of(scenes, size, _factor);
        return new LayoutConditions
        {
            Counts = scenes.Select(scene => scene.Instances.Count).ToArray(),
            Prompts = prompts,
            Labels = hidden,
            Pooled = pooled,
            Verbs = LayoutConditions.VerbStates(verbs),
            HasVerbs = scenes.Select(scene => scene.Relations.Count > 0).ToArray(),
            Boxes = instances.Select(instance => new LayoutBox(instance.Box.X1, instance.Box.Y1, instance.Box.X2, instance.Box.Y2)).ToArray(),
            Masks = masks,
            Background = background,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _verbs.Dispose();
        _labels.Dispose();
    }

    private static string VerbOf(ToyScene scene) => scene.Relations.Count > 0 ? ToyVocabulary.Phrase(scene.Relations[0].Verb) : "";
}
