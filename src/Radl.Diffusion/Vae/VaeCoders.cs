using Radl.Diffusion.UNet;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.Vae;

/// <summary>Image to the moments of a latent distribution.</summary>
internal sealed class VaeEncoder
{
    private readonly Conv2d _convIn;
    private readonly ResnetBlock[][] _levels;
    private readonly Downsampler?[] _downsamplers;
    private readonly VaeMidBlock _mid;
    private readonly GroupNorm _normOut;
    private readonly Conv2d _convOut;

    public VaeEncoder(Weights weights, VaeConfig config)
    {
        IReadOnlyList<int> widths = config.BlockOutChannels;
        _convIn = new Conv2d(weights / "conv_in", config.InChannels, widths[0], 3, padding: 1, init: Init.Variance(config.InChannels * 9));
        _levels = new ResnetBlock[widths.Count][];
        _downsamplers = new Downsampler?[widths.Count];
        for (int level = 0; level < widths.Count; level++)
        {
            Weights block = weights / "down_blocks" / level;
            int before = widths[Math.Max(0, level - 1)];
            _levels[level] = VaeMidBlock.Resnets(block, config, before, widths[level], config.LayersPerBlock);
            _downsamplers[level] = level == widths.Count - 1 ? null : new Downsampler(block / "downsamplers" / 0, widths[level], asymmetric: true);
        }
        _mid = new VaeMidBlock(weights / "mid_block", config);
        _normOut = new GroupNorm(weights / "conv_norm_out", config.NormNumGroups, widths[^1], 1e-6);
        _convOut = new Conv2d(weights / "conv_out", widths[^1], config.LatentChannels * 2, 3, padding: 1, init: Init.Variance(widths[^1] * 9));
    }

    public Tensor Forward(Tensor image)
    {
        using var scope = TensorScope.Enter();
        Tensor hidden = _convIn.Forward(image);
        for (int level = 0; level < _levels.Length; level++)
        {
            foreach (ResnetBlock resnet in _levels[level])
            {
                hidden = hidden.PassTo(features => resnet.Forward(features));
            }
            hidden = _downsamplers[level] is { } downsampler ? hidden.PassTo(downsampler.Forward) : hidden;
        }
        hidden = hidden.PassTo(_mid.Forward);
        return scope.Return(hidden.PassTo(_normOut.Forward).SiluOfFresh().PassTo(_convOut.Forward));
    }
}

/// <summary>Latents to an image.</summary>
internal sealed class VaeDecoder
{
    // Bytes. Smaller maps add little to the peak, and their levels are too quick for a release to be lost in.
    private const long LargeMap = 256L << 20;

    private readonly Conv2d _convIn;
    private readonly VaeMidBlock _mid;
    private readonly ResnetBlock[][] _levels;
    private readonly Upsampler?[] _upsamplers;
    private readonly GroupNorm _normOut;
    private readonly Conv2d _convOut;

    public VaeDecoder(Weights weights, VaeConfig config)
    {
        int[] widths = [.. config.BlockOutChannels.Reverse()];
        _convIn = new Conv2d(weights / "conv_in", config.LatentChannels, widths[0], 3, padding: 1, init: Init.Variance(config.LatentChannels * 9));
        _mid = new VaeMidBlock(weights / "mid_block", config);
        _levels = new ResnetBlock[widths.Length][];
        _upsamplers = new Upsampler?[widths.Length];
        for (int level = 0; level < widths.Length; level++)
        {
            Weights block = weights / "up_blocks" / level;
            _levels[level] = VaeMidBlock.Resnets(block, config, widths[Math.Max(0, level - 1)], widths[level], config.LayersPerBlock + 1);
            _upsamplers[level] = level == widths.Length - 1 ? null : new Upsampler(block / "upsamplers" / 0, widths[level]);
        }
        _normOut = new GroupNorm(weights / "conv_norm_out", config.NormNumGroups, widths[^1], 1e-6);
        _convOut = new Conv2d(weights / "conv_out", widths[^1], config.OutChannels, 3, padding: 1, init: Init.Variance(widths[^1] * 9));
    }

    public Tensor Forward(Tensor latents)
    {
        using var scope = TensorScope.Enter();
        Tensor hidden = _convIn.Forward(latents).PassTo(_mid.Forward);
        for (int level = 0; level < _levels.Length; level++)
        {
            foreach (ResnetBlock resnet in _levels[level])
            {
                hidden = hidden.PassTo(features => resnet.Forward(features));
            }
            if (_upsamplers[level] is { } upsampler)
            {
                MakeRoom(hidden);
                hidden = hidden.PassTo(features => upsampler.Forward(features));
            }
        }
        return scope.Return(hidden.PassTo(_normOut.Forward).SiluOfFresh().PassTo(_convOut.Forward));
    }

    // What the steps and the levels before freed lies in blocks too small for the maps to come, which would be the peak together with it.
    private static void MakeRoom(Tensor hidden)
    {
        long enlarged = hidden.Count * hidden.DType.Size() * 4;
        if (enlarged >= LargeMap && hidden.Device.IsCpu && !hidden.RequiresGrad)
        {
            TorchRuntime.ReleaseFreeMemory();
        }
    }
}

/// <summary>ResNet, attention, ResNet at the coarsest grid.</summary>
internal sealed class VaeMidBlock
{
    private readonly ResnetBlock _first;
    private readonly VaeAttention _attention;
    private readonly ResnetBlock _second;

    public VaeMidBlock(Weights weights, VaeConfig config)
    {
        int width = config.BlockOutChannels[^1];
        _first = new ResnetBlock(weights / "resnets" / 0, width, width, null, config.NormNumGroups, 1e-6);
        _attention = new VaeAttention(weights / "attentions" / 0, width, config.NormNumGroups);
        _second = new ResnetBlock(weights / "resnets" / 1, width, width, null, config.NormNumGroups, 1e-6);
    }

    public Tensor Forward(Tensor hidden) => _first.Forward(hidden).PassTo(_attention.Forward).PassTo(features => _second.Forward(features));

    internal static ResnetBlock[] Resnets(Weights block, VaeConfig config, int inChannels, int outChannels, int count) =>
        Enumerable.Range(0, count).Select(i => new ResnetBlock(
            block / "resnets" / i, i == 0 ? inChannels : outChannels, outChannels, null, config.NormNumGroups, 1e-6)).ToArray();
}
