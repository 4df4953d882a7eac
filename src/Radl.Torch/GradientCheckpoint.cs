using System.Runtime.InteropServices;
using System.Text;
using Radl.Torch.Native;

namespace Radl.Torch;

/// <summary>Gradient checkpointing: a piece of a model keeps its inputs alone, and is computed again in the backward pass.</summary>
/// <remarks>
/// The same ops run both times in the same mode, so the gradients are those without it, up to the order in which contributions to one
/// tensor are summed. Gradients of the inputs flow on;
/// those of other tensors that the piece reads, its parameters, are added to their <see cref="Tensor.Grad"/>, so
/// <see cref="Autograd.Gradients"/> can ask for what lies behind the inputs, but not for parameters of the piece.
/// </remarks>
public static unsafe class GradientCheckpoint
{
    /// <summary>Computes something of inputs. Where autograd does not record, this is a plain call.</summary>
    /// <param name="compute">
    /// Called now and once in the backward pass, perhaps on another thread; it must give the same both times, must read
    /// tensors that need a gradient only through its arguments or as parameters, and they must live until then.
    /// </param>
    /// <param name="inputs">Its arguments.</param>
    /// <returns>The result, owned by the current scope or the caller.</returns>
    public static Tensor Run(Func<Tensor[], Tensor> compute, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentNullException.ThrowIfNull(inputs);
        if (!Autograd.IsRecording)
        {
            return compute(inputs);
        }
        using var scope = TensorScope.Enter();
        Tensor output = Forget(compute, inputs);
        nint* handles = stackalloc nint[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            handles[i] = inputs[i].Handle;
        }
        // The node frees it, also where it could not be attached.
        GCHandle context = GCHandle.Alloc(compute);
        TorchRuntime.Check(NativeMethods.radl_checkpoint(handles, inputs.Length, output.Handle, &Recompute, &Release, GCHandle.ToIntPtr(context)));
        GC.KeepAlive(inputs);
        return scope.Return(output);
    }

    // With a graph, as in the backward pass, so that the same ways are taken and the same bits come out; then the graph goes.
    private static Tensor Forget(Func<Tensor[], Tensor> compute, Tensor[] inputs)
    {
        using var scope = TensorScope.Enter();
        Tensor[] leaves = [.. inputs.Select(Leaf)];
        return scope.Return(compute(leaves).Detach());
    }

    private static Tensor Leaf(Tensor input)
    {
        bool needs = input.RequiresGrad;
        Tensor leaf = input.Detach();
        leaf.RequiresGrad = needs;
        return leaf;
    }

    [UnmanagedCallersOnly]
    private static int Recompute(nint context, nint* inputs, int n, nint* output, byte* message, int capacity)
    {
        // Nothing may be thrown through native frames; the text goes to the caller of the backward pass.
#pragma warning disable CA1031
        try
        {
            using var scope = TensorScope.Enter();
            using var guard = Autograd.WithGrad();
            var tensors = new Tensor[n];
            for (int i = 0; i < n; i++)
            {
                tensors[i] = new Tensor(inputs[i]);
            }
            var compute = (Func<Tensor[], Tensor>)GCHandle.FromIntPtr(context).Target!;
            *output = compute(tensors).GiveUp();
            return 0;
        }
        catch (Exception error)
#pragma warning restore CA1031
        {
            byte[] text = Encoding.UTF8.GetBytes(error.Message);
            int length = Math.Min(text.Length, capacity - 1);
            text.AsSpan(0, length).CopyTo(new Span<byte>(message, capacity));
            message[length] = 0;
            return 1;
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(nint context) => GCHandle.FromIntPtr(context).Free();
}
