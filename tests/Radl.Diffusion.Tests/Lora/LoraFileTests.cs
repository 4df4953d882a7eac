using Radl.Diffusion.Lora;
using Radl.Diffusion.Tests.UNet;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Lora;

public sealed class LoraFileTests : TensorTest
{
    private const string Layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_q";

    [Fact]
    public void Modules_that_the_model_lacks_are_listed_and_nothing_is_merged()
    {
        using var tiny = new TinyLora();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        Dictionary<string, byte[]> before = tiny.Bytes();
        using var scope = TensorScope.Enter();
        using LoraFile file = LoraFile.Open(tiny.Write("a.safetensors", With((Layer, [2, 16], [16, 2]), ("lora_unet_down_blocks_7_resnets_0_conv1", [2, 16], [16, 2]), ("lora_te_nothing", [2, 16], [16, 2]))));
        string message = Assert.Throws<LoraFormatException>(() => stack.Add(file, 1)).Message;
        Assert.Contains("2 of 3 layers", message, StringComparison.Ordinal);
        Assert.Contains("lora_unet_down_blocks_7_resnets_0_conv1", message, StringComparison.Ordinal);
        Assert.Contains("lora_te_nothing", message, StringComparison.Ordinal);
        Assert.Equal(before, tiny.Bytes());
        Assert.Empty(stack.Merged);
    }

    [Fact]
    public void Keys_of_no_known_form_are_listed()
    {
        using var tiny = new TinyLora();
        using var scope = TensorScope.Enter();
        Dictionary<string, Tensor> tensors = With((Layer, [2, 16], [16, 2]));
        tensors["state.mystery"] = Tensor.Zeros([1]);
        tensors["unet.conv_in.weight"] = Tensor.Zeros([1]);
        string message = Assert.Throws<LoraFormatException>(() => LoraFile.Open(tiny.Write("a.safetensors", tensors))).Message;
        Assert.Contains("2 keys", message, StringComparison.Ordinal);
        Assert.Contains("state.mystery, unet.conv_in.weight", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_torch_save_is_read_as_well()
    {
        string file = Path.Combine(Path.GetDirectoryName(GoldenUNet.File("config.json"))!, "..", "torch_pickle", "plain_zip.bin");
        Assert.Contains("not of any known LoRA form", Assert.Throws<LoraFormatException>(() => LoraFile.Open(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 2, 16 }, new long[] { 16, 3 }, "share a rank")]
    [InlineData(new long[] { 2, 16 }, new long[] { 16, 2, 3, 3 }, "1x1")]
    [InlineData(new long[] { 2 }, new long[] { 16, 2 }, "matrices or kernels")]
    public void Parts_that_do_not_fit_each_other_are_named(long[] down, long[] up, string rule)
    {
        using var tiny = new TinyLora();
        using var scope = TensorScope.Enter();
        string message = Assert.Throws<LoraFormatException>(() => LoraFile.Open(tiny.Write("a.safetensors", With((Layer, down, up))))).Message;
        Assert.Contains(rule, message, StringComparison.Ordinal);
        Assert.Contains(Layer, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 2, 15 }, new long[] { 16, 2 })]
    [InlineData(new long[] { 2, 16 }, new long[] { 17, 2 })]
    [InlineData(new long[] { 2, 16, 3, 3 }, new long[] { 16, 2, 1, 1 })]
    public void A_layer_for_a_weight_of_another_shape_is_named_with_both_shapes(long[] down, long[] up)
    {
        using var tiny = new TinyLora();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        using var scope = TensorScope.Enter();
        using LoraFile file = LoraFile.Open(tiny.Write("a.safetensors", With((Layer, down, up))));
        string message = Assert.Throws<LoraFormatException>(() => stack.Add(file, 1)).Message;
        Assert.Contains("the model's is [16, 16]", message, StringComparison.Ordinal);
        Assert.Contains(Layer, message, StringComparison.Ordinal);
        Assert.Empty(stack.Merged);
    }

    [Fact]
    public void A_matrix_fits_a_1x1_kernel_and_a_1x1_kernel_a_matrix()
    {
        using var tiny = new TinyLora();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        using var scope = TensorScope.Enter();
        using LoraFile file = LoraFile.Open(tiny.Write("a.safetensors", With((Layer, [2, 16, 1, 1], [16, 2, 1, 1]), ("lora_unet_down_blocks_1_attentions_0_proj_in", [2, 32], [32, 2]))));
        stack.Add(file, 1);
        Assert.Single(stack.Merged);
    }

    [Fact]
    public void A_layer_without_its_up_part_is_named()
    {
        using var tiny = new TinyLora();
        using var scope = TensorScope.Enter();
        Dictionary<string, Tensor> tensors = With((Layer, [2, 16], [16, 2]));
        tensors.Remove(Layer + ".lora_up.weight");
        Assert.Contains("both a down and an up part", Assert.Throws<LoraFormatException>(() => LoraFile.Open(tiny.Write("a.safetensors", tensors))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_layer_in_two_namings_is_refused()
    {
        using var tiny = new TinyLora();
        using var scope = TensorScope.Enter();
        Dictionary<string, Tensor> tensors = With((Layer, [2, 16], [16, 2]));
        tensors[$"unet.{TinyLora.Query}.lora_A.weight"] = Tensor.Zeros([2, 16]);
        Assert.Contains("the same", Assert.Throws<LoraFormatException>(() => LoraFile.Open(tiny.Write("a.safetensors", tensors))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".hada_w1_a")]
    [InlineData(".lokr_w1")]
    [InlineData(".dora_scale")]
    public void Another_kind_of_adaptation_is_not_supported_and_says_so(string suffix)
    {
        using var tiny = new TinyLora();
        using var scope = TensorScope.Enter();
        string path = tiny.Write("a.safetensors", new Dictionary<string, Tensor> { [Layer + suffix] = Tensor.Zeros([2, 2]) });
        Assert.Contains(Layer + suffix, Assert.Throws<NotSupportedException>(() => LoraFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Alpha_must_be_one_finite_number_and_so_must_the_strength()
    {
        using var tiny = new TinyLora();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        using var scope = TensorScope.Enter();
        Dictionary<string, Tensor> tensors = With((Layer, [2, 16], [16, 2]));
        using LoraFile file = LoraFile.Open(tiny.Write("good.safetensors", tensors));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Add(file, double.NaN));
        foreach (Tensor alpha in new[] { Tensor.Full([1], double.NaN), Tensor.Zeros([2]) })
        {
            tensors[Layer + ".alpha"] = alpha;
            Assert.Contains("alpha", Assert.Throws<LoraFormatException>(() => LoraFile.Open(tiny.Write("a.safetensors", tensors))).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a.safetensors", 1.0)]
    [InlineData("a.safetensors:0.8", 0.8)]
    [InlineData("a.safetensors:-1", -1.0)]
    public void A_file_may_carry_its_strength(string text, double strength) =>
        Assert.Equal(new LoraUse(Path.GetFullPath("a.safetensors"), strength), LoraUse.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a:1000")]
    [InlineData("a:NaN")]
    public void A_senseless_strength_is_refused(string text) => Assert.Throws<ArgumentException>(() => LoraUse.Parse(text));

    private static Dictionary<string, Tensor> With(params (string Layer, long[] Down, long[] Up)[] layers) => layers.SelectMany(layer => new[]
    {
        KeyValuePair.Create(layer.Layer + ".lora_down.weight", Tensor.Ones(layer.Down)),
        KeyValuePair.Create(layer.Layer + ".lora_up.weight", Tensor.Ones(layer.Up)),
    }).ToDictionary();
}
