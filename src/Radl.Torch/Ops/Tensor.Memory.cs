using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Radl.Torch.Native;

namespace Radl.Torch;

/// <summary>Between managed memory and tensors.</summary>
public sealed unsafe partial class Tensor
{
    /// <summary>Copies values into a new CPU tensor.</summary>
    /// <exception cref="ArgumentException">The product of the shape is not the number of values.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        long count = 1;
        foreach (long size in shape)
        {
            count *= size;
        }
        if (count != values.Length)
        {
            throw new ArgumentException($"shape [{string.Join(", ", shape)}] holds {count} values, {values.Length} were given", nameof(shape));
        }
        Tensor tensor = Empty(shape, DTypeOf<T>());
        values.CopyTo(tensor.Span<T>());
        return tensor;
    }

    /// <summary>Copies values into a new one-dimensional CPU tensor.</summary>
    public static Tensor From<T>(params T[] values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return From<T>(values.AsSpan(), values.Length);
    }

    /// <summary>Copies the values out, row-major, converted to <typeparamref name="T"/>.</summary>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        using var scope = TensorScope.Enter();
        return To(DTypeOf<T>()).To(Device.Cpu).Contiguous().Span<T>().ToArray();
    }

    /// <summary>The only value of a one-element tensor.</summary>
    public double Item()
    {
        if (Count != 1)
        {
            throw new InvalidOperationException($"{this} has {Count} elements, not one");
        }
        return ToArray<double>()[0];
    }

    /// <summary>The elements in place, valid while the tensor lives.</summary>
    /// <exception cref="InvalidOperationException">Not a contiguous CPU tensor of <typeparamref name="T"/> with at most 2^31 elements.</exception>
    public Span<T> Span<T>()
        where T : unmanaged
    {
        if (!Device.IsCpu || !IsContiguous || DType.Size() != Unsafe.SizeOf<T>() || Count > int.MaxValue)
        {
            throw new InvalidOperationException($"{this} cannot be seen as a span of {typeof(T).Name}: it must be a contiguous CPU tensor of that element size");
        }
        return Count == 0 ? [] : new Span<T>((void*)DataPointer, (int)Count);
    }

    /// <summary>What a function makes of this tensor, which is freed then: for a link of a chain that nobody else reads. Autograd keeps what it needs.</summary>
    public Tensor PassTo(Func<Tensor, Tensor> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Tensor result = next(this);
        Dispose();
        return result;
    }

    /// <summary>Address of the first element.</summary>
    public nint DataPointer => Count == 0 ? 0 : NativeMethods.radl_tensor_data(Handle);

    /// <summary>A tensor over memory that someone else owns; <paramref name="owner"/> is disposed when libtorch no longer needs it.</summary>
    public static Tensor FromMemory(nint data, long[] shape, DType dtype, IDisposable owner)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(owner);
        GCHandle context = GCHandle.Alloc(owner);
        nint tensor;
        fixed (long* sizes = shape)
        {
            int status = NativeMethods.radl_tensor_from_memory(data, sizes, shape.Length, (int)dtype, &ReleaseOwner, GCHandle.ToIntPtr(context), &tensor);
            if (status != 0)
            {
                context.Free();
                throw TorchRuntime.Error(status);
            }
        }
        return new Tensor(tensor);
    }

    [UnmanagedCallersOnly]
    private static void ReleaseOwner(nint context)
    {
        GCHandle handle = GCHandle.FromIntPtr(context);
        ((IDisposable)handle.Target!).Dispose();
        handle.Free();
    }

    private static DType DTypeOf<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return DType.Float32;
        }
        if (typeof(T) == typeof(double))
        {
            return DType.Float64;
        }
        if (typeof(T) == typeof(long))
        {
            return DType.Int64;
        }
        if (typeof(T) == typeof(int))
        {
            return DType.Int32;
        }
        if (typeof(T) == typeof(byte))
        {
            return DType.UInt8;
        }
        if (typeof(T) == typeof(bool))
        {
            return DType.Bool;
        }
        if (typeof(T) == typeof(Half))
        {
            return DType.Float16;
        }
        throw new NotSupportedException($"no element type for {typeof(T).Name}");
    }
}
