using Radl.Torch;

namespace Radl.Diffusion.Lora;

/// <summary>A change of low rank to one weight: <c>scale * up @ down</c>, for a convolution with the kernel in the down part, or in a middle part (LoCon).</summary>
public sealed class LoraLayer : IDisposable
{
    private readonly string _file;
    private readonly Tensor _down;
    private readonly Tensor _up;
    private readonly Tensor? _mid;

    /// <summary>Takes over the parts.</summary>
    /// <exception cref="LoraFormatException">The parts do not fit each other. They are not taken over then.</exception>
    internal LoraLayer(string file, string name, LoraNetwork network, string module, Tensor down, Tensor up, Tensor? mid, double? alpha)
    {
        _file = file;
        Name = name;
        Network = network;
        Module = module;
        _down = down;
        _up = up;
        _mid = mid;
        Rank = down.Rank > 0 ? down.Size(0) : 0;
        Require(down.Rank is 2 or 4 && up.Rank is 2 or 4, $"the parts must be matrices or kernels, they are {Shown(down)} and {Shown(up)}");
        Require(Rank > 0 && up.Size(1) == Rank, $"the parts must share a rank; down is {Shown(down)}, up is {Shown(up)}");
        Require(up.Rank == 2 || (up.Size(2) == 1 && up.Size(3) == 1), $"the up part must be a matrix or a 1x1 kernel; it is {Shown(up)}");
        Require(mid is null || (mid.Rank == 4 && mid.Size(0) == Rank && mid.Size(1) == Rank && down.Count == Rank * down.Size(1)),
            $"a middle part is a kernel [{Rank}, {Rank}, k, k] over a 1x1 down part; they are {(mid is null ? "" : Shown(mid))} and {Shown(down)}");
        Require(new[] { down, up, mid }.All(part => part is null || part.DType.IsFloating()), "the parts must be floating-point tensors");
        Scale = alpha is { } given ? given / Rank : 1;
    }

    /// <summary>The layer's name in the file, without the part.</summary>
    public string Name { get; }

    /// <summary>The network that it changes.</summary>
    public LoraNetwork Network { get; }

    /// <summary>The module that it changes, with every dot of its name as an underscore.</summary>
    public string Module { get; }

    /// <summary>Inner width of the product.</summary>
    public long Rank { get; }

    /// <summary>Alpha over rank; 1 where the file states no alpha.</summary>
    public double Scale { get; }

    /// <summary>The change at strength 1, fp32, in the shape of the weight. The current scope owns it.</summary>
    /// <param name="shape">Shape of the weight, [out, in] or [out, in, k, k].</param>
    /// <param name="device">Where it is computed.</param>
    /// <exception cref="LoraFormatException">The layer is for a weight of another shape.</exception>
    public Tensor Delta(long[] shape, Device device)
    {
        ArgumentNullException.ThrowIfNull(shape);
        using var scope = TensorScope.Enter();
        long[] own = [_up.Size(0), _down.Size(1), .. KernelOf(_mid ?? _down)];
        Require(own.AsSpan().SequenceEqual([shape[0], shape[1], .. shape.Length == 4 ? shape[2..] : [1, 1]]),
            $"it changes a weight [{string.Join(", ", own)}], the model's is [{string.Join(", ", shape)}]");
        Tensor up = _up.To(device, DType.Float32).Reshape(own[0], Rank);
        Tensor down = _down.To(device, DType.Float32).Reshape(Rank, -1);
        if (_mid is not null)
        {
            // down'[p, c, y, x] = sum over q of mid[p, q, y, x] down[q, c].
            Tensor mid = _mid.To(device, DType.Float32).Permute(0, 2, 3, 1).Reshape(-1, Rank);
            down = mid.MatMul(down).Reshape(Rank, own[2], own[3], own[1]).Permute(0, 3, 1, 2).Reshape(Rank, -1);
        }
        return scope.Return((up.MatMul(down) * Scale).Reshape(shape));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _down.Dispose();
        _up.Dispose();
        _mid?.Dispose();
    }

    private static long[] KernelOf(Tensor part) => part.Rank == 4 ? [part.Size(2), part.Size(3)] : [1, 1];

    private static string Shown(Tensor tensor) => $"[{string.Join(", ", tensor.Shape)}]";

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new LoraFormatException(_file, Name, otherwise);
        }
    }
}
