namespace Radl.Torch;

/// <summary>Group normalisation that is right in every type and memory format.</summary>
/// <remarks>
/// libtorch 1.13 sums in bf16 when a bf16 tensor lies channels-last on the CPU (relative error 0.1 to 3). There the input goes
/// through fp32, which is right and as fast. Whether that is needed is decided once, by the numbers of this libtorch.
/// </remarks>
public static class GroupNormalization
{
    private static readonly Op GroupNormOp = Op.Find("aten::group_norm");
    private static readonly Lazy<bool> HalfIsRight = new(CheckHalf);

    // Positions from which libtorch takes its channels-last kernel for large maps.
    private const long SmallMap = 1024;

    /// <summary>Whether this libtorch's own bf16 kernel is right in channels-last on the CPU.</summary>
    public static bool NativeHalfIsRight => HalfIsRight.Value;

    internal static Tensor Apply(Tensor input, int groups, Tensor weight, Tensor bias, double eps)
    {
        bool throughFloat = input.DType.IsHalf() && input.Device.IsCpu && !HalfIsRight.Value;
        Tensor given = input;
        if (throughFloat)
        {
            given = input.To(DType.Float32);
            weight = weight.To(DType.Float32);
            bias = bias.To(DType.Float32);
        }
        bool byPlanes = WantsPlanes(given, groups);
        Tensor normalised = GroupNormOp.Call(byPlanes ? given.Contiguous() : given, groups, weight, bias, eps, false);
        if (byPlanes)
        {
            normalised = normalised.Contiguous(MemoryFormat.ChannelsLast);
        }
        return throughFloat ? normalised.To(input.DType) : normalised;
    }

    // The channels-last kernels go over one group's channels at a time, up to seven times slower than two changes of layout and
    // the other kernel where these do not fill a vector: forward on small maps (large ones have a kernel of another
    // kind), and backward on all, in 2.x (1.13 changes the layout there by itself).
    private static bool WantsPlanes(Tensor input, int groups)
    {
        if (!input.Device.IsCpu || input.IsContiguous || !input.IsChannelsLast)
        {
            return false;
        }
        long vector = input.DType.IsHalf() || TorchRuntime.IsBefore2 ? 16 : 8;
        bool backward = input.RequiresGrad && !TorchRuntime.IsBefore2;
        return input.Size(1) / groups < vector && (backward || input.Size(2) * input.Size(3) < SmallMap);
    }

    private static bool CheckHalf()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(1);
        Tensor input = (Tensor.Randn([2, 32, 32, 32], generator) + 1).To(DType.BFloat16).Contiguous(MemoryFormat.ChannelsLast);
        Tensor weight = Tensor.Ones([32], DType.BFloat16);
        Tensor bias = Tensor.Zeros([32], DType.BFloat16);
        try
        {
            Tensor half = GroupNormOp.Call(input, 4, weight, bias, 1e-5, false);
            Tensor exact = GroupNormOp.Call(input.To(DType.Float32), 4, weight.To(DType.Float32), bias.To(DType.Float32), 1e-5, false);
            return half.MaxDifference(exact) < 0.05;
        }
        catch (TorchException)
        {
            return false; // No bf16 kernel at all is the same to us as a wrong one: go through fp32.
        }
    }
}
