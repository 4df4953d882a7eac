using Radl.Diffusion.Lora;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Lora;

public sealed class LoraStackTests : TensorTest
{
    [Theory]
    [InlineData(TinyLora.Query, 1)]
    [InlineData(TinyLora.Feed, -0.5)]
    [InlineData(TinyLora.ProjIn, 0.75)]
    [InlineData(TinyLora.Conv, 2)]
    public void A_merged_weight_is_the_weight_plus_strength_times_alpha_over_rank_times_up_times_down(string module, double strength)
    {
        const double Alpha = 3;
        using var tiny = new TinyLora();
        using LoraFile file = LoraFile.Open(tiny.Write("a.safetensors", [(LoraNetwork.UNet, module)], TinyLora.Kohya, Alpha));
        Tensor weight = tiny.Weight(LoraNetwork.UNet, module);
        double[] before = weight.ToArray<double>();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        stack.Add(file, strength);

        double[] after = weight.ToArray<double>();
        (Tensor down, Tensor up) = tiny.Parts(LoraNetwork.UNet, module, 5);
        using (down)
        using (up)
        {
            double[] a = down.ToArray<double>();
            double[] b = up.ToArray<double>();
            int columns = a.Length / TinyLora.Rank;
            for (int i = 0; i < after.Length; i++)
            {
                double change = Enumerable.Range(0, TinyLora.Rank).Sum(k => b[(i / columns * TinyLora.Rank) + k] * a[(k * columns) + (i % columns)]);
                Assert.Equal(before[i] + (strength * Alpha / TinyLora.Rank * change), after[i], 1e-5);
            }
        }
    }

    [Fact]
    public void A_middle_part_carries_the_kernel()
    {
        using var tiny = new TinyLora();
        Tensor weight = tiny.Weight(LoraNetwork.UNet, TinyLora.Conv);
        long[] shape = weight.Shape;
        using var scope = TensorScope.Enter();
        using var generator = new Generator(3);
        Tensor down = Tensor.Randn([TinyLora.Rank, shape[1], 1, 1], generator);
        Tensor mid = Tensor.Randn([TinyLora.Rank, TinyLora.Rank, 3, 3], generator);
        Tensor up = Tensor.Randn([shape[0], TinyLora.Rank, 1, 1], generator);
        string key = "lora_unet_" + TinyLora.Conv.Replace('.', '_');
        using LoraFile file = LoraFile.Open(tiny.Write("a.safetensors", new() { [$"{key}.lora_down.weight"] = down, [$"{key}.lora_mid.weight"] = mid, [$"{key}.lora_up.weight"] = up }));
        Tensor before = weight.Clone();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        stack.Add(file, 1);

        // The three parts are convolutions one after the other; so is what they add to the weight's own.
        Tensor picture = Tensor.Randn([1, shape[1], 5, 5], generator);
        Tensor expected = Functional.Conv2d(Functional.Conv2d(Functional.Conv2d(picture, down, null), mid, null, padding: 1), up, null);
        Tensor actual = Functional.Conv2d(picture, weight - before, null, padding: 1);
        Assert.True(expected.MaxDifference(actual) < 1e-3 * expected.Abs().Max().Item());
    }

    [Fact]
    public void Every_naming_gives_the_same_weights_bit_for_bit()
    {
        using var tiny = new TinyLora();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        foreach (((LoraNetwork Network, string Module)[] modules, Func<LoraNetwork, string, string, string>[] names) in new[]
        {
            (TinyLora.All, new Func<LoraNetwork, string, string, string>[] { TinyLora.Kohya, TinyLora.Peft, TinyLora.Diffusers, TinyLora.Linear }),
            (TinyLora.Attention, [TinyLora.Kohya, TinyLora.Processor]),
        })
        {
            Dictionary<string, byte[]>[] merged = [.. names.Select((name, index) =>
            {
                using LoraFile file = LoraFile.Open(tiny.Write($"{index}.safetensors", modules, name, alpha: null));
                Assert.Equal(modules.Length, file.Layers.Count);
                MergedLora lora = stack.Add(file, 0.8);
                Dictionary<string, byte[]> bytes = tiny.Bytes();
                stack.Remove(lora);
                return bytes;
            })];
            Assert.All(merged, bytes => Assert.Equal(merged[0], bytes));
            Dictionary<string, byte[]> plain = tiny.Bytes();
            Assert.Equal(modules.Select(module => module.Module + ".weight").Order(), merged[0].Where(pair => !pair.Value.SequenceEqual(plain[pair.Key])).Select(pair => pair.Key).Order());
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    public void Whatever_the_order_of_removal_every_weight_has_its_first_bytes_again(DType dtype)
    {
        using var tiny = new TinyLora(dtype);
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        Dictionary<string, byte[]> first = tiny.Bytes();
        long live = Tensor.LiveCount;
        string[] paths = [.. Enumerable.Range(0, 3).Select(i => tiny.Write($"{i}.safetensors", i == 1 ? TinyLora.Attention : TinyLora.All, TinyLora.Kohya, alpha: 1, seed: (ulong)i))];
        foreach (int[] order in new int[][] { [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0] })
        {
            LoraFile[] files = [.. paths.Select(LoraFile.Open)];
            MergedLora[] merged = [.. files.Select((file, i) => stack.Add(file, 0.3 + i))];
            Assert.NotEqual(first[TinyLora.Query + ".weight"], TinyLora.BytesOf(tiny.Weight(LoraNetwork.UNet, TinyLora.Query)));
            foreach (int index in order)
            {
                stack.Remove(merged[index]);
            }
            Assert.Equal(first, tiny.Bytes());
            Array.ForEach(files, file => file.Dispose());
            Assert.Equal(live, Tensor.LiveCount);
        }
    }

    [Fact]
    public void What_stays_is_what_it_would_be_alone()
    {
        using var tiny = new TinyLora(DType.BFloat16);
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        using LoraFile a = LoraFile.Open(tiny.Write("a.safetensors", TinyLora.All, TinyLora.Kohya, alpha: 1));
        using LoraFile b = LoraFile.Open(tiny.Write("b.safetensors", TinyLora.Attention, TinyLora.Peft, alpha: null, seed: 9));
        stack.Add(b, 0.5);
        Dictionary<string, byte[]> alone = tiny.Bytes();
        MergedLora added = stack.Add(a, 1.5);
        Assert.NotEqual(alone[TinyLora.Query + ".weight"], tiny.Bytes()[TinyLora.Query + ".weight"]);
        stack.Remove(added);
        Assert.Equal(alone, tiny.Bytes());
        Assert.Same(b, Assert.Single(stack.Merged).File);
    }

    [Fact]
    public void A_merged_weight_keeps_its_type_and_its_order_in_memory()
    {
        using var tiny = new TinyLora(DType.BFloat16);
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        using LoraFile file = LoraFile.Open(tiny.Write("a.safetensors", TinyLora.All, TinyLora.Kohya, alpha: 1));
        long[] before = tiny.Weight(LoraNetwork.UNet, TinyLora.Conv).Strides;
        stack.Add(file, 1);
        Assert.Equal(before, tiny.Weight(LoraNetwork.UNet, TinyLora.Conv).Strides);
        Assert.Equal(DType.BFloat16, tiny.Weight(LoraNetwork.UNet, TinyLora.Conv).DType);
        Assert.Equal(DType.Float32, tiny.Weight(LoraNetwork.TextEncoder, TinyLora.TextQuery).DType);
    }

    [Fact]
    public void The_network_computes_with_the_merged_weights_and_as_before_without_them()
    {
        using var tiny = new TinyLora();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        using LoraFile file = LoraFile.Open(tiny.Write("a.safetensors", TinyLora.All, TinyLora.Kohya, alpha: 1));
        float[] plain = Predict(tiny);
        MergedLora lora = stack.Add(file, 1);
        Assert.NotEqual(plain, Predict(tiny));
        stack.Remove(lora);
        Assert.Equal(plain, Predict(tiny));
        stack.Add(file, 0);
        Assert.Equal(plain, Predict(tiny));
    }

    [Fact]
    public void Every_weight_that_a_LoRA_can_name_is_one_that_the_network_computes_with()
    {
        using var tiny = new TinyLora();
        using var stack = new LoraStack(tiny.Unet, tiny.TextEncoder);
        float[] plain = Predict(tiny);
        IEnumerable<(LoraNetwork, string)> modules = tiny.Unet.Parameters.Select(pair => (LoraNetwork.UNet, pair))
            .Concat(tiny.TextEncoder.Parameters.Select(pair => (LoraNetwork.TextEncoder, pair)))
            .Where(entry => entry.pair.Key.EndsWith(".weight", StringComparison.Ordinal) && entry.pair.Value.Rank is 2 or 4)
            .Select(entry => (entry.Item1, entry.pair.Key[..^".weight".Length]));
        foreach ((LoraNetwork network, string module) in modules)
        {
            using LoraFile file = LoraFile.Open(tiny.Write("a.safetensors", [(network, module)], TinyLora.Kohya, alpha: 1));
            MergedLora lora = stack.Add(file, 1);
            Assert.False(plain.AsSpan().SequenceEqual(Predict(tiny)), module);
            stack.Remove(lora);
        }
        Assert.Equal(plain, Predict(tiny));
    }

    private static float[] Predict(TinyLora tiny)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(4);
        Tensor text = tiny.TextEncoder.Forward(Tensor.RandInt(0, 5, [1, 6], generator));
        return tiny.Unet.Forward(Tensor.Randn([1, 4, 8, 8], generator), Tensor.From(10f), tiny.Unet.BindText(text)).ToArray<float>();
    }
}
