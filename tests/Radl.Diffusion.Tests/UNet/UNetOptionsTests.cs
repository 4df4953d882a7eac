using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Diffusion.Tests.UNet;

public sealed class UNetOptionsTests : TensorTest
{
    [Theory]
    [InlineData(MemoryFormat.Contiguous)]
    [InlineData(MemoryFormat.ChannelsLast)]
    public void Checkpointing_changes_no_gradient_and_no_bit_of_the_prediction(MemoryFormat format)
    {
        (string Name, double[] Values)[] plain = Gradients(new UNetOptions(), format);
        (string Name, double[] Values)[] checkpointed = Gradients(new UNetOptions { Checkpoint = true }, format);
        Assert.Equal(plain[0].Values, checkpointed[0].Values);
        Assert.Equal(plain.Select(entry => entry.Name), checkpointed.Select(entry => entry.Name));
        Assert.All(plain.Zip(checkpointed), pair => AssertEqual(pair.First.Values, pair.Second.Values));
    }

    [Fact]
    public void Checkpointing_keeps_the_gradient_of_latents_alone_for_methods_that_steer_them()
    {
        using var scope = TensorScope.Enter();
        using UNet2DCondition model = Open(MemoryFormat.Contiguous);
        using var generator = new Generator(3);
        Tensor latents = Tensor.Randn([1, 4, 8, 8], generator, DType.Float64);
        latents.RequiresGrad = true;
        TextContext text = model.BindText(Tensor.Randn([1, 5, 32], generator, DType.Float64));
        double[][] gradients = [.. new[] { false, true }.Select(checkpoint =>
        {
            using var pass = TensorScope.Enter();
            // A loss on what an attention site sees, as such methods have, and none on the prediction.
            var sites = new Attended();
            model.Forward(latents, Tensor.From(481L), text, sites, options: new UNetOptions { Checkpoint = checkpoint });
            using Tensor loss = sites.Loss!;
            return Autograd.Gradients(loss, [latents])[0]!.ToArray<double>();
        })];
        Assert.Contains(gradients[0], value => value != 0);
        AssertEqual(gradients[0], gradients[1]);
    }

    [Fact]
    public void Merging_tokens_stays_near_the_prediction_the_nearer_the_fewer_are_merged()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using UNet2DCondition model = Open(MemoryFormat.Contiguous);
        using var generator = new Generator(3);
        Tensor latents = Tensor.Randn([2, 4, 16, 16], generator, DType.Float64);
        TextContext text = model.BindText(Tensor.Randn([2, 7, 32], generator, DType.Float64));
        Tensor exact = model.Forward(latents, Tensor.From(481L), text);
        double[] errors = [.. new[] { 0.1, 0.75 }.Select(ratio =>
        {
            using var merging = new TokenMerging(ratio);
            Tensor merged = model.Forward(latents, Tensor.From(481L), text, options: new UNetOptions { Merging = merging });
            return (merged - exact).Norm().Item() / exact.Norm().Item();
        })];
        Assert.InRange(errors[0], 1e-9, errors[1]);
        // White noise has no tokens that are alike: the worst case, and still far from another prediction.
        Assert.InRange(errors[1], errors[0], 0.5);
    }

    // What is left is the order in which the contributions to one tensor are summed: some last bits of fp64.
    private static void AssertEqual(double[] expected, double[] actual)
    {
        double largest = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, largest * 1e-12));
    }

    private static UNet2DCondition Open(MemoryFormat format) =>
        new(Weights.Open(GoldenUNet.File("weights.safetensors"), DType.Float64, format: format), UNetConfig.Read(GoldenUNet.File("config.json")));

    private static (string Name, double[] Values)[] Gradients(UNetOptions options, MemoryFormat format)
    {
        using var scope = TensorScope.Enter();
        using UNet2DCondition model = Open(format);
        using var generator = new Generator(3);
        foreach (Tensor parameter in model.Parameters.Values)
        {
            parameter.RequiresGrad = true;
        }
        Tensor latents = Tensor.Randn([2, 4, 8, 8], generator, DType.Float64);
        latents.RequiresGrad = true;
        TextContext text = model.BindText(Tensor.Randn([2, 5, 32], generator, DType.Float64));
        Tensor prediction = model.Forward(latents, Tensor.From(481L), text, options: options);
        prediction.Square().Mean().Backward();
        return
        [
            ("prediction", prediction.Detach().ToArray<double>()),
            ("latents", latents.Grad!.ToArray<double>()),
            .. model.Parameters.Select(entry => (entry.Key, entry.Value.Grad!.ToArray<double>())),
        ];
    }

    private sealed class Attended : IAttentionControl
    {
        public Tensor? Loss { get; private set; }

        public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width)
        {
            if (site.Name.StartsWith("mid_block", StringComparison.Ordinal))
            {
                Loss = hidden.Square().Mean().Keep();
            }
            return null;
        }
    }
}
