using System.Runtime.InteropServices;
using Radl.Torch.Native;

namespace Radl.Torch;

/// <summary>A tensor of libtorch. Its owner disposes it: whoever made it, or the <see cref="TensorScope"/> it was made in.</summary>
/// <remarks>Ops are spread over partial files by family; each is one line over <see cref="Op"/>.</remarks>
public sealed unsafe partial class Tensor : SafeHandle
{
    private const int MostDimensions = 16;

    internal TensorScope.Frame? Owner;

    internal Tensor(nint handle)
        : base(0, ownsHandle: true)
    {
        SetHandle(handle);
        TensorScope.Current?.Adopt(this);
    }

    /// <summary>Tensors alive in this process. Every test asserts that it comes back to where it was.</summary>
    public static long LiveCount => NativeMethods.radl_tensor_live_count();

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Element type.</summary>
    public DType DType => (DType)Info(1);

    /// <summary>Where it lives.</summary>
    public Device Device
    {
        get
        {
            long* info = stackalloc long[8];
            Describe(info, null, null);
            return info[2] == 0 ? Device.Cpu : new Device((byte)info[2], (int)info[3]);
        }
    }

    /// <summary>Number of dimensions.</summary>
    public int Rank => (int)Info(0);

    /// <summary>Number of elements.</summary>
    public long Count => Info(7);

    /// <summary>Whether autograd records ops on it.</summary>
    public bool RequiresGrad
    {
        get => Info(4) != 0;
        set => TorchRuntime.Check(NativeMethods.radl_set_requires_grad(Handle, value ? 1 : 0));
    }

    /// <summary>Whether the elements lie row-major without gaps.</summary>
    public bool IsContiguous => Info(5) != 0;

    /// <summary>Whether a 4-dimensional tensor lies channels-last without gaps.</summary>
    public bool IsChannelsLast => Info(6) != 0;

    /// <summary>Sizes of the dimensions.</summary>
    public long[] Shape
    {
        get
        {
            long* info = stackalloc long[8];
            long* sizes = stackalloc long[MostDimensions];
            Describe(info, sizes, null);
            return new ReadOnlySpan<long>(sizes, (int)info[0]).ToArray();
        }
    }

    /// <summary>Distance in elements from one index to the next, per dimension.</summary>
    public long[] Strides
    {
        get
        {
            long* info = stackalloc long[8];
            long* strides = stackalloc long[MostDimensions];
            Describe(info, null, strides);
            return new ReadOnlySpan<long>(strides, (int)info[0]).ToArray();
        }
    }

    /// <summary>The native handle; valid until disposal.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Size of one dimension; negative numbers count from the end.</summary>
    public long Size(int dimension)
    {
        long* info = stackalloc long[8];
        long* sizes = stackalloc long[MostDimensions];
        Describe(info, sizes, null);
        int rank = (int)info[0];
        int index = dimension < 0 ? dimension + rank : dimension;
        return (uint)index < (uint)rank
            ? sizes[index]
            : throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"the tensor has {rank} dimensions");
    }

    /// <summary>Takes the tensor out of its scope: the caller owns it from now on.</summary>
    public Tensor Keep()
    {
        // What no scope owns was kept before, and is not this construction's to free.
        if (Owner is not null)
        {
            Owner = null;
            Construction.Kept(this);
        }
        return this;
    }

    /// <summary>Gives the handle to native code, which owns it from now on; this object is as if disposed.</summary>
    internal nint GiveUp()
    {
        nint given = Handle;
        Owner = null;
        SetHandleAsInvalid();
        return given;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        IsClosed ? "Tensor (disposed)" : $"Tensor {DType}[{string.Join(", ", Shape)}] on {Device}";

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.radl_tensor_release(handle);
        return true;
    }

    private long Info(int field)
    {
        long* info = stackalloc long[8];
        Describe(info, null, null);
        return info[field];
    }

    private void Describe(long* info, long* sizes, long* strides)
    {
        long* unused = stackalloc long[MostDimensions];
        TorchRuntime.Check(NativeMethods.radl_tensor_info(
            Handle, info, sizes == null ? unused : sizes, strides == null ? unused : strides, MostDimensions));
        GC.KeepAlive(this);
    }
}
