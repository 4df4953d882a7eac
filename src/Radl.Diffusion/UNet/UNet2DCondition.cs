using Radl.Diffusion.Attention;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.UNet;

/// <summary>Stable Diffusion's U-Net: predicts the noise (or velocity) in latents, given a time step and a text.</summary>
public sealed class UNet2DCondition : IDisposable
{
    private readonly Weights _weights;
    private readonly Conv2d _convIn;
    private readonly TimeEmbedding _time;
    private readonly DownBlock[] _down;
    private readonly MidBlock _mid;
    private readonly UpBlock[] _up;
    private readonly GroupNorm _normOut;
    private readonly Conv2d _convOut;
    private readonly bool _channelsLast;

    /// <summary>Takes all tensors of <paramref name="weights"/>, which this model owns from now on.</summary>
    public UNet2DCondition(Weights weights, UNetConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        _weights = weights;
        Config = config;
        IReadOnlyList<int> widths = config.BlockOutChannels;
        int levels = widths.Count;
        _convIn = new Conv2d(weights / "conv_in", config.InChannels, widths[0], 3, padding: 1, init: Init.Variance(config.InChannels * 9));
        _time = new TimeEmbedding(weights / "time_embedding", widths[0], config.TimeEmbedDim);
        _down = Enumerable.Range(0, levels).Select(i => new DownBlock(
            weights / "down_blocks" / i, config, widths[Math.Max(0, i - 1)], widths[i], config.DownBlockTypes[i] == "CrossAttnDownBlock2D", i == levels - 1)).ToArray();
        _mid = new MidBlock(weights / "mid_block", config);
        _up = Enumerable.Range(0, levels).Select(i => MakeUp(weights / "up_blocks" / i, config, i)).ToArray();
        _normOut = new GroupNorm(weights / "conv_norm_out", config.NormNumGroups, widths[0], config.NormEps);
        _convOut = new Conv2d(weights / "conv_out", widths[0], config.OutChannels, 3, padding: 1, init: Init.Variance(widths[0] * 9, 0.1));
        weights.Finish();
        _channelsLast = _convIn.Weight.IsChannelsLast && !_convIn.Weight.IsContiguous;
        Sites = _down.SelectMany(block => block.Attentions).Append(_mid.Attention).Concat(_up.SelectMany(block => block.Attentions))
            .Select(attention => attention.Block.Site).ToArray();
    }

    /// <summary>Sizes.</summary>
    public UNetConfig Config { get; }

    /// <summary>Every text cross-attention, in the order of the forward pass.</summary>
    public IReadOnlyList<AttentionSite> Sites { get; }

    /// <summary>All parameters by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _weights.Taken;

    /// <summary>Type of the weights, and of what <see cref="Forward"/> computes in.</summary>
    public DType DType => _convIn.Weight.DType;

    /// <summary>Where the weights live.</summary>
    public Device Device => _weights.Device;

    /// <summary>Keys and values of a prompt at every site: constant over the steps.</summary>
    /// <param name="text">Hidden states, [batch, tokens, width].</param>
    public TextContext BindText(Tensor text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TextContext(Sites.ToDictionary(site => site.Name, site => site.Attention.Bind(text), StringComparer.Ordinal));
    }

    /// <summary>Predicts.</summary>
    /// <param name="latents">[batch, channels, h, w].</param>
    /// <param name="timesteps">[batch] or [1]; fractions are allowed.</param>
    /// <param name="text">The prompt, bound.</param>
    /// <param name="control">Takes over attention sites, or null for plain Stable Diffusion.</param>
    /// <param name="observe">Told every module's name and output, or null.</param>
    /// <param name="options">What is traded for what; null for nothing.</param>
    /// <returns>[batch, channels, h, w], in the type of the latents.</returns>
    public Tensor Forward(Tensor latents, Tensor timesteps, TextContext text, IAttentionControl? control = null, Action<string, Tensor>? observe = null, UNetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = TensorScope.Enter();
        Tensor hidden = Body(latents, timesteps, text, control, observe, options, null)!;
        hidden = _normOut.Forward(hidden);
        observe?.Invoke("conv_norm_out", hidden);
        hidden = _convOut.Forward(hidden.SiluOfFresh());
        observe?.Invoke("conv_out", hidden);
        return scope.Return(hidden.To(latents.DType));
    }

    /// <summary>Runs only as far as the block that holds a site, for a control that collects what is attended to; arguments as in <see cref="Forward"/>.</summary>
    /// <param name="last">The last site that the control must see.</param>
    public void Reach(AttentionSite last, Tensor latents, Tensor timesteps, TextContext text, IAttentionControl control, UNetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(last);
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = TensorScope.Enter();
        Body(latents, timesteps, text, control, null, options, last);
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    // Null where it ended at the block of the last site that is wanted.
    private Tensor? Body(
        Tensor latents, Tensor timesteps, TextContext text, IAttentionControl? control, Action<string, Tensor>? observe, UNetOptions? options, AttentionSite? last)
    {
        Tensor sinusoids = TimeEmbedding.Sinusoids(timesteps, Config.BlockOutChannels[0], Config.FlipSinToCos, Config.FreqShift);
        observe?.Invoke("time_proj", sinusoids);
        Tensor time = _time.Forward(sinusoids);
        observe?.Invoke("time_embedding", time);
        var pass = new UNetPass(time.Silu(), text, control, observe, options ?? UNetOptions.Default, latents.Size(2), latents.Size(3));

        Tensor hidden = latents.To(DType);
        hidden = _convIn.Forward(_channelsLast ? hidden.Contiguous(MemoryFormat.ChannelsLast) : hidden);
        observe?.Invoke("conv_in", hidden);
        var skips = new Stack<Tensor>();
        skips.Push(hidden);
        foreach (DownBlock block in _down)
        {
            hidden = block.Forward(hidden, pass, skips);
            if (Ends(block.Attentions))
            {
                return null;
            }
        }
        hidden = _mid.Forward(hidden, pass);
        if (Ends([_mid.Attention]))
        {
            return null;
        }
        foreach (UpBlock block in _up)
        {
            hidden = block.Forward(hidden, pass, skips);
            if (Ends(block.Attentions))
            {
                return null;
            }
        }
        return hidden;

        bool Ends(IEnumerable<SpatialTransformer> attentions) => last is not null && attentions.Any(attention => attention.Block.Site.Name == last.Name);
    }

    private static UpBlock MakeUp(Weights weights, UNetConfig config, int index)
    {
        IReadOnlyList<int> widths = config.BlockOutChannels;
        int level = widths.Count - 1 - index;
        int outChannels = widths[level];
        int inChannels = index == 0 ? outChannels : widths[level + 1];
        // The skips of a level are its ResNet outputs and, below them, the output of what came before it.
        int deepest = level == 0 ? widths[0] : widths[level - 1];
        int[] skips = [.. Enumerable.Repeat(outChannels, config.LayersPerBlock), deepest];
        return new UpBlock(weights, config, inChannels, outChannels, skips, config.UpBlockTypes[index] == "CrossAttnUpBlock2D", index == widths.Count - 1);
    }
}
