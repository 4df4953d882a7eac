using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Diffusion.Tests.UNet;

/// <summary>The joint through which layout methods act in the U-Net.</summary>
public sealed class AttentionControlTests : TensorTest
{
    private static readonly UNetConfig Config = new()
    {
        SampleSize = 8,
        BlockOutChannels = [16, 32],
        DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
        UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D"],
        LayersPerBlock = 1,
        AttentionHeadDim = 4,
        CrossAttentionDim = 16,
        NormNumGroups = 8,
    };

    [Fact]
    public void A_control_that_does_nothing_changes_no_bit_and_is_asked_before_each_site_then_at_it()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var unet = new UNet2DCondition(Weights.From(new FreshWeights(3)), Config);
        using var generator = new Generator(4);
        Tensor latents = Tensor.Randn([2, 4, 8, 8], generator);
        TextContext text = unet.BindText(Tensor.Randn([2, 5, 16], generator));
        var idle = new Recorder(_ => null);
        Tensor plain = unet.Forward(latents, Tensor.From(481L), text);
        Assert.Equal(0, plain.MaxDifference(unet.Forward(latents, Tensor.From(481L), text, idle)));
        Assert.Equal(unet.Sites.SelectMany(site => (string[])["before " + site.Name, "at " + site.Name]), idle.Calls);
    }

    [Fact]
    public void What_is_added_before_a_site_is_the_blocks_state_from_there_on()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var unet = new UNet2DCondition(Weights.From(new FreshWeights(3)), Config);
        using var generator = new Generator(4);
        Tensor latents = Tensor.Randn([1, 4, 8, 8], generator);
        TextContext text = unet.BindText(Tensor.Randn([1, 5, 16], generator));
        string block = unet.Sites[0].Name[..^".attn2".Length];
        Tensor? normed = null;
        Tensor? attended = null;
        Tensor? fed = null;
        Tensor? output = null;
        var control = new Recorder(state => (state * 0.5) + 1);
        unet.Forward(latents, Tensor.From(481L), text, control, (name, tensor) =>
        {
            normed = name == block + ".norm2" ? tensor.Clone().Keep() : normed;
            attended = name == block + ".attn2" ? tensor.Clone().Keep() : attended;
            fed = name == block + ".ff" ? tensor.Clone().Keep() : fed;
            output = name == block ? tensor.Clone().Keep() : output;
        });
        using Tensor norm = normed!, attention = attended!, feedForward = fed!, whole = output!, state = control.Kept!;
        Assert.InRange((state + attention + feedForward).MaxDifference(whole), 0, 1e-5);
        // Fresh norms have weight 1 and bias 0.
        Assert.InRange(Functional.LayerNorm(state, Tensor.Ones([16]), Tensor.Zeros([16]), 1e-5).MaxDifference(norm), 0, 1e-6);
    }

    // Answers at the first site only, and keeps what it gave.
    private sealed class Recorder(Func<Tensor, Tensor?> before) : IAttentionControl
    {
        public List<string> Calls { get; } = [];

        public Tensor? Kept { get; private set; }

        public Tensor? Before(AttentionSite site, Tensor hidden, int height, int width)
        {
            Calls.Add("before " + site.Name);
            if (Calls.Count > 1)
            {
                return null;
            }
            Tensor? state = before(hidden);
            Kept = state?.Clone().Keep();
            return state;
        }

        public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width)
        {
            Calls.Add("at " + site.Name);
            return null;
        }
    }
}
