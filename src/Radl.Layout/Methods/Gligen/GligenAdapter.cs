using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.Gligen;

/// <summary>A GLIGEN adapter: instances, each with label and box, as tokens beside the image tokens of every block.</summary>
public sealed class GligenAdapter : LayoutAdapter
{
    /// <summary>The share of steps that are grounded by default.</summary>
    public const double UsualShare = 0.3;

    private readonly Dictionary<string, (GligenBlock Block, GatedSelfAttention Fuser)> _fusers;

    /// <summary>Builds the modules on their parameters, <c>BLOCK.fuser.KEY</c> and <c>position_net.KEY</c>.</summary>
    /// <param name="weights">The root of the adapter's own source; the adapter disposes it.</param>
    /// <param name="config">What the adapter is.</param>
    /// <exception cref="InvalidDataException">The source lacks parameters, or has others.</exception>
    public GligenAdapter(Weights weights, GligenConfig config)
        : base(weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        try
        {
            config.Check();
            _fusers = config.Blocks.ToDictionary(
                block => block.Name, block => (block, new GatedSelfAttention(weights / block.Name / "fuser", block.Channels, block.Heads, config.ContextWidth)), StringComparer.Ordinal);
            Tokens = new GroundingTokens(weights / "position_net", config);
            weights.Finish();
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override GligenConfig Config { get; }

    /// <summary>Makes the grounding tokens.</summary>
    internal GroundingTokens Tokens { get; }

    /// <summary>The fusers by their block.</summary>
    internal IEnumerable<(GligenBlock Block, GatedSelfAttention Fuser)> Fusers => _fusers.Values;

    /// <summary>Steps, from the first on, in which the fusers act (scheduled sampling): beta is 1 in them and 0 after them.</summary>
    /// <param name="timesteps">Calls of the U-Net; a solver may make more than it has steps.</param>
    /// <param name="share">Their share, 0 to 1, rounded down as in the reference.</param>
    public static int GroundedSteps(int timesteps, double share = UsualShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timesteps);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return (int)(share * timesteps);
    }

    /// <summary>A fresh adapter for training: its gates are zero, so that the model is as it was.</summary>
    public static GligenAdapter Create(GligenConfig config, ulong seed, DType dtype = DType.Float32, Device? device = null) =>
        new(Weights.From(new FreshWeights(seed), dtype, device), config);

    /// <summary>Opens a folder that must hold a GLIGEN adapter; see <see cref="LayoutAdapter.Open"/>.</summary>
    public static new GligenAdapter Open(string folder, DType? dtype = null, Device? device = null, bool trainable = false)
    {
        (string json, string path) = ReadConfig(folder);
        GligenConfig config = GligenConfig.Parse(json, path);
        return new GligenAdapter(OpenWeights(folder, dtype, device, trainable), config);
    }

    /// <summary>Reads published weights; nothing in the file is executed.</summary>
    /// <param name="path">The official checkpoint, or the U-Net of a conversion to diffusers' layout; see <see cref="GligenCheckpoint"/> for the names.</param>
    /// <param name="config">What the adapter is; null reads it off the shapes.</param>
    /// <param name="dtype">Type of the parameters; null keeps the stored one.</param>
    /// <param name="device">Where they go.</param>
    /// <exception cref="IOException">The file is missing.</exception>
    /// <exception cref="Torch.IO.BrokenFileException">The file breaks a rule of its format.</exception>
    /// <exception cref="InvalidDataException">The file lacks parameters, or is of another variant of GLIGEN.</exception>
    public static GligenAdapter OpenCheckpoint(string path, GligenConfig? config = null, DType? dtype = null, Device? device = null)
    {
        (ITensorFile file, config) = OpenPublished(path, config, GligenCheckpoint.ConfigOf);
        return new GligenAdapter(Weights.From(new FileWeights(file, GligenCheckpoint.Rename), dtype, device), config);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Of the conditions it reads counts, pooled labels and boxes. Of the binding it reads the unconditional rows, which get null tokens, and
    /// <see cref="LayoutBinding.ControlSteps"/>, the grounded steps.
    /// </remarks>
    public override BoundGligen Bind(LayoutConditions conditions, LayoutBinding? binding = null)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return new BoundGligen(this, conditions, binding ?? new LayoutBinding());
    }

    /// <summary>The fuser before a text cross-attention, or null where there is none.</summary>
    internal (GligenBlock Block, GatedSelfAttention Fuser)? FuserAt(AttentionSite site) =>
        _fusers.TryGetValue(GligenConfig.BlockOf(site), out (GligenBlock, GatedSelfAttention) fuser) ? fuser : null;
}
