using Radl.Diffusion.Sampling;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>MultiDiffusion bound to a batch of scenes: it replaces the sampler's composition and leaves the U-Net as it is.</summary>
/// <remarks>
/// The scene's prompt is the background prompt, each label the prompt of its region; all of a step go through the U-Net in one batch, each with its own
/// negative prompt. A step costs as many rows as there are scenes and instances together, times the windows. Without instances it is the panorama mode.
/// </remarks>
public sealed class BoundMultiDiffusion : IBoundMethod
{
    private readonly AutoencoderKl _vae;
    private readonly MultiDiffusionOptions _options;
    private readonly RegionRows _rows;
    private readonly IReadOnlyList<LatentWindow> _windows;
    private readonly TextContext _text;
    private readonly RegionComposition _composition;
    private readonly int _bootstrapSteps;
    private IReadOnlyList<ulong>? _seeds;
    private (ulong[] Seeds, int Steps, Bootstrap? Pictures)? _colours;

    /// <summary>Binds: texts become keys and values, masks become regions.</summary>
    /// <param name="unet">The model; the caller keeps it alive.</param>
    /// <param name="vae">Encodes the constant colours; likewise.</param>
    /// <param name="conditions">The scenes; boxes serve only regions that no latent pixel holds. The caller may dispose the tensors afterwards.</param>
    /// <param name="binding">Its control steps are those of the bootstrapping, its guidance scale that of every prompt.</param>
    /// <param name="options">How it steps; null is the reference's way.</param>
    /// <exception cref="ArgumentException">Counts, shapes or options do not fit; the text names the field.</exception>
    public BoundMultiDiffusion(UNet2DCondition unet, AutoencoderKl vae, LayoutConditions conditions, LayoutBinding binding, MultiDiffusionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(vae);
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentNullException.ThrowIfNull(binding);
        _vae = vae;
        _options = options ?? new MultiDiffusionOptions();
        _options.Check();
        _bootstrapSteps = binding.ControlSteps;
        conditions.Check(MultiDiffusionMethod.NeedsOf(unet), binding.UnconditionalRows);
        double guidance = binding.UnconditionalRows == 0 ? 1 : binding.Guidance;
        bool guided = guidance != 1;
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        _rows = new RegionRows(
            conditions.Counts, conditions.Masks, conditions.Boxes, [.. Enumerable.Range(0, conditions.Instances).Select(s => conditions.Strength(s).Fusion)], unet.Device);
        int side = _options.Window ?? unet.Config.SampleSize;
        _windows = _options.Panorama
            ? LatentWindow.Over(_rows.Height, _rows.Width, side, Math.Min(_options.Stride, side))
            : [new LatentWindow(0, _rows.Height, 0, _rows.Width)];
        Tensor prompts = Texts(conditions, conditions.Prompts, conditions.Labels, Enumerable.Range(0, conditions.Instances));
        _text = unet.BindText(guided ? Tensor.Cat([Negatives(conditions), prompts], 0) : prompts).Keep();
        _composition = new RegionComposition((latents, timestep, control) => unet.Forward(latents, timestep, _text, control, options: binding.Options), guidance, _rows, _windows, Colours);
    }

    /// <inheritdoc/>
    /// <remarks>One run at a time; its bootstrapping needs the seeds of <see cref="Begin"/>.</remarks>
    public IDenoiserComposition? Composition => _composition;

    /// <summary>Passes of the U-Net's batch in a step: the windows.</summary>
    public int Windows => _windows.Count;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Not one seed per scene.</exception>
    public void Begin(IReadOnlyList<ulong> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        _seeds = seeds.Count == _rows.Pictures ? seeds : throw new ArgumentException($"{seeds.Count} seeds for {_rows.Pictures} scenes", nameof(seeds));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _composition.Dispose();
        _colours?.Pictures?.Dispose();
        _text.Dispose();
        _rows.Dispose();
    }

    // The same pictures again, as when settings are compared, need no encoding again.
    private Bootstrap? Colours(SamplerCall call)
    {
        IReadOnlyList<ulong> seeds = _seeds ?? throw new InvalidOperationException("the colours behind the regions come from the pictures' seeds: Begin comes before a run");
        int steps = Math.Min(_bootstrapSteps, call.Total);
        if (_colours is { } known && known.Steps == steps && known.Seeds.SequenceEqual(seeds))
        {
            return known.Pictures;
        }
        _colours?.Pictures?.Dispose();
        _colours = null;
        Bootstrap? pictures = ColourPictures.Of(_vae, _rows, seeds, _options.Colours, steps, _windows.Count, _windows[0]);
        _colours = ([.. seeds], steps, pictures);
        return pictures;
    }

    private static Tensor Negatives(LayoutConditions conditions)
    {
        Tensor negative = conditions.Negative!;
        Tensor pictures = negative.Size(0) == conditions.Scenes ? negative : negative.Expand(conditions.Scenes, -1, -1);
        Tensor own = conditions.InstanceNegatives is { } some ? Tensor.Cat([pictures, some], 0) : pictures;
        int[] scenes = [.. conditions.Counts.SelectMany((count, scene) => Enumerable.Repeat(scene, count))];
        return Texts(
            conditions, pictures, own, scenes.Select((scene, instance) => conditions.NegativeRow(instance) is var row and >= 0 ? conditions.Scenes + row : scene));
    }

    // Of each scene its own text, then those of its instances.
    private static Tensor Texts(LayoutConditions conditions, Tensor scenes, Tensor instances, IEnumerable<int> rowOfInstance)
    {
        int[] rows = [.. rowOfInstance];
        var order = new List<long>();
        for (int b = 0, s = 0; b < conditions.Scenes; b++)
        {
            order.Add(b);
            for (int k = 0; k < conditions.Counts[b]; k++, s++)
            {
                order.Add(conditions.Scenes + rows[s]);
            }
        }
        return Tensor.Cat([scenes, instances], 0).IndexSelect(0, Tensor.From(order.ToArray()).To(scenes.Device));
    }
}
