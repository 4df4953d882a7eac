using Radl.Torch;

namespace Radl.Diffusion.UNet;

/// <summary>ResNet blocks, each followed by a transformer where the level has text attention, then a halving of the grid.</summary>
internal sealed class DownBlock
{
    private readonly string _name;
    private readonly ResnetBlock[] _resnets;
    private readonly SpatialTransformer[] _attentions;
    private readonly Downsampler? _downsampler;

    public DownBlock(Weights weights, UNetConfig config, int inChannels, int outChannels, bool attends, bool last)
    {
        _name = weights.Name;
        _resnets = Enumerable.Range(0, config.LayersPerBlock).Select(i => new ResnetBlock(
            weights / "resnets" / i, i == 0 ? inChannels : outChannels, outChannels, config.TimeEmbedDim, config.NormNumGroups, config.NormEps)).ToArray();
        _attentions = attends ? UNetParts.Attentions(weights, config, outChannels, config.LayersPerBlock) : [];
        _downsampler = last ? null : new Downsampler(weights / "downsamplers" / 0, outChannels, asymmetric: false);
    }

    public IEnumerable<SpatialTransformer> Attentions => _attentions;

    /// <summary>Pushes every ResNet (and attention) output, and the halved grid, on the skips.</summary>
    public Tensor Forward(Tensor hidden, UNetPass pass, Stack<Tensor> skips)
    {
        int result = 0;
        for (int i = 0; i < _resnets.Length; i++)
        {
            hidden = UNetParts.Resnet(_resnets[i], hidden, pass);
            if (_attentions.Length > 0)
            {
                hidden = _attentions[i].Forward(hidden, pass);
            }
            pass.Observe?.Invoke($"{_name}.res{result++}", hidden);
            skips.Push(hidden);
        }
        if (_downsampler is not null)
        {
            hidden = _downsampler.Forward(hidden);
            pass.Observe?.Invoke($"{_name}.downsamplers.0", hidden);
            pass.Observe?.Invoke($"{_name}.res{result}", hidden);
            skips.Push(hidden);
        }
        pass.Observe?.Invoke($"{_name}.out0", hidden);
        return hidden;
    }
}

/// <summary>The bottleneck: ResNet, transformer, ResNet.</summary>
internal sealed class MidBlock
{
    private readonly string _name;
    private readonly ResnetBlock _first;
    private readonly ResnetBlock _second;

    public MidBlock(Weights weights, UNetConfig config)
    {
        _name = weights.Name;
        int channels = config.BlockOutChannels[^1];
        _first = new ResnetBlock(weights / "resnets" / 0, channels, channels, config.TimeEmbedDim, config.NormNumGroups, config.NormEps);
        Attention = UNetParts.Attentions(weights, config, channels, 1)[0];
        _second = new ResnetBlock(weights / "resnets" / 1, channels, channels, config.TimeEmbedDim, config.NormNumGroups, config.NormEps);
    }

    public SpatialTransformer Attention { get; }

    public Tensor Forward(Tensor hidden, UNetPass pass)
    {
        hidden = UNetParts.Resnet(_first, hidden, pass);
        hidden = Attention.Forward(hidden, pass);
        hidden = UNetParts.Resnet(_second, hidden, pass);
        pass.Observe?.Invoke(_name, hidden);
        return hidden;
    }
}

/// <summary>ResNet blocks over the joined skip, each followed by a transformer where the level has text attention, then an enlarged grid.</summary>
internal sealed class UpBlock
{
    private readonly string _name;
    private readonly ResnetBlock[] _resnets;
    private readonly SpatialTransformer[] _attentions;
    private readonly Upsampler? _upsampler;

    public UpBlock(Weights weights, UNetConfig config, int inChannels, int outChannels, IReadOnlyList<int> skipChannels, bool attends, bool last)
    {
        _name = weights.Name;
        _resnets = skipChannels.Select((skip, i) => new ResnetBlock(
            weights / "resnets" / i, (i == 0 ? inChannels : outChannels) + skip, outChannels, config.TimeEmbedDim, config.NormNumGroups, config.NormEps)).ToArray();
        _attentions = attends ? UNetParts.Attentions(weights, config, outChannels, _resnets.Length) : [];
        _upsampler = last ? null : new Upsampler(weights / "upsamplers" / 0, outChannels);
    }

    public IEnumerable<SpatialTransformer> Attentions => _attentions;

    public Tensor Forward(Tensor hidden, UNetPass pass, Stack<Tensor> skips)
    {
        for (int i = 0; i < _resnets.Length; i++)
        {
            using Tensor joined = Tensor.Cat([hidden, skips.Pop()], 1);
            hidden = UNetParts.Resnet(_resnets[i], joined, pass);
            if (_attentions.Length > 0)
            {
                hidden = _attentions[i].Forward(hidden, pass);
            }
        }
        if (_upsampler is not null)
        {
            // The next skip tells the size, so that odd grids come back to what they were.
            long[] shape = skips.Peek().Shape;
            hidden = _upsampler.Forward(hidden, shape[2], shape[3]);
            pass.Observe?.Invoke($"{_name}.upsamplers.0", hidden);
        }
        pass.Observe?.Invoke(_name, hidden);
        return hidden;
    }
}

/// <summary>What the three kinds of blocks share.</summary>
internal static class UNetParts
{
    public static SpatialTransformer[] Attentions(Weights weights, UNetConfig config, int channels, int count) =>
        Enumerable.Range(0, count).Select(i => new SpatialTransformer(
            weights / "attentions" / i, channels, config.CrossAttentionDim, config.AttentionHeadDim, config.NormNumGroups, config.UseLinearProjection)).ToArray();

    public static Tensor Resnet(ResnetBlock block, Tensor hidden, UNetPass pass)
    {
        Tensor output = pass.Run(inputs => block.Forward(inputs[0], inputs[1]), hidden, pass.TimeEmbedding);
        pass.Observe?.Invoke(block.Name, output);
        return output;
    }
}
