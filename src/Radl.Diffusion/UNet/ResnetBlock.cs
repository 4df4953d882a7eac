using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.UNet;

/// <summary>Two convolutions with norm and SiLU before each, the time embedding added between, and a residual. Also the VAE's, without time.</summary>
public sealed class ResnetBlock
{
    private readonly GroupNorm _norm1;
    private readonly GroupNorm _norm2;
    private readonly Conv2d _conv1;
    private readonly Conv2d _conv2;
    private readonly Linear? _time;
    private readonly Conv2d? _shortcut;

    /// <summary>Takes <c>norm1, conv1, time_emb_proj, norm2, conv2</c> and, where the widths differ, <c>conv_shortcut</c>.</summary>
    /// <param name="weights">The block's place.</param>
    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="timeWidth">Width of the time embedding; null for a block without time.</param>
    /// <param name="groups">Groups of the norms.</param>
    /// <param name="eps">1e-5 in the U-Net, 1e-6 in the VAE.</param>
    public ResnetBlock(Weights weights, long inChannels, long outChannels, long? timeWidth, int groups, double eps)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Name = weights.Name;
        _norm1 = new GroupNorm(weights / "norm1", groups, inChannels, eps);
        _conv1 = new Conv2d(weights / "conv1", inChannels, outChannels, 3, padding: 1, init: Init.Variance(inChannels * 9));
        _time = timeWidth is { } width ? new Linear(weights / "time_emb_proj", width, outChannels, init: Init.Variance(width)) : null;
        _norm2 = new GroupNorm(weights / "norm2", groups, outChannels, eps);
        // A small residual branch at the start: every block begins near the identity.
        _conv2 = new Conv2d(weights / "conv2", outChannels, outChannels, 3, padding: 1, init: Init.Variance(outChannels * 9, 0.2));
        _shortcut = inChannels == outChannels ? null : new Conv2d(weights / "conv_shortcut", inChannels, outChannels, 1, init: Init.Variance(inChannels));
    }

    /// <summary>Full name in the model.</summary>
    public string Name { get; }

    /// <summary>[batch, in, h, w] to [batch, out, h, w].</summary>
    /// <param name="input">The image features.</param>
    /// <param name="time">[batch, time width] after SiLU, or null.</param>
    public Tensor Forward(Tensor input, Tensor? time = null)
    {
        using var scope = TensorScope.Enter();
        // At the sizes of a decoder one feature map takes a quarter of a gigabyte: each is freed as soon as the next is there.
        Tensor hidden = _norm1.Forward(input).SiluOfFresh().PassTo(_conv1.Forward);
        if (_time is not null && time is not null)
        {
            hidden = hidden.AddToFresh(_time.Forward(time).Unsqueeze(2).Unsqueeze(3));
        }
        hidden = hidden.PassTo(_norm2.Forward).SiluOfFresh().PassTo(_conv2.Forward);
        return scope.Return(hidden.AddToFresh(_shortcut is null ? input : _shortcut.Forward(input)));
    }
}
