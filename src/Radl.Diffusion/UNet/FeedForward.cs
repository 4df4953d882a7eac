using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.UNet;

/// <summary>GEGLU: (a, b) = W x, then W' (a * gelu(b)).</summary>
public sealed class FeedForward
{
    private const long BlockRows = 512;

    private readonly Linear _in;
    private readonly Linear _out;

    /// <summary>Takes <c>net.0.proj</c> [8 * width, width] and <c>net.2</c> [width, 4 * width].</summary>
    public FeedForward(Weights weights, long width)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _in = new Linear(weights / "net" / 0 / "proj", width, width * 8, init: Init.Variance(width));
        _out = new Linear(weights / "net" / 2, width * 4, width, init: Init.Variance(width * 4, 0.3));
    }

    /// <summary>[batch, tokens, width], same shape out.</summary>
    public Tensor Forward(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using var scope = TensorScope.Enter();
        if (Autograd.IsRecording || !hidden.Device.IsCpu)
        {
            Tensor[] halves = _in.Forward(hidden).Chunk(2, -1);
            return scope.Return(_out.Forward(halves[0] * halves[1].Gelu()));
        }
        // Rows in blocks keep the eightfold intermediate in cache, and both halves are contiguous as separate linears.
        long[] shape = hidden.Shape;
        long inner = _in.Weight.Size(0) / 2;
        Tensor rows = hidden.Reshape(-1, shape[^1]);
        Tensor result = Tensor.Empty([rows.Size(0), shape[^1]], hidden.DType);
        for (long row = 0; row < rows.Size(0); row += BlockRows)
        {
            using var block = TensorScope.Enter();
            Tensor part = rows.Narrow(0, row, Math.Min(BlockRows, rows.Size(0) - row));
            Tensor gate = Functional.Linear(part, _in.Weight.Narrow(0, inner, inner), _in.Bias!.Narrow(0, inner, inner)).GeluInPlace();
            gate.MulInPlace(Functional.Linear(part, _in.Weight.Narrow(0, 0, inner), _in.Bias.Narrow(0, 0, inner)));
            result.Narrow(0, row, part.Size(0)).CopyFrom(_out.Forward(gate));
        }
        return scope.Return(result.Reshape(shape));
    }
}
