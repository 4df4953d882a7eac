using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Radl.Torch.Native;

/// <summary>The C ABI of <c>native/radl_torch.h</c>, one to one.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "radl_torch";
    internal const int AbiVersion = 3;

    [LibraryImport(Library)]
    internal static partial int radl_abi_version();

    [LibraryImport(Library)]
    internal static partial int radl_init();

    [LibraryImport(Library)]
    internal static partial int radl_torch_version(byte* buffer, int capacity);

    [LibraryImport(Library)]
    internal static partial int radl_cpu_capability(byte* buffer, int capacity);

    [LibraryImport(Library)]
    internal static partial int radl_last_error(byte* buffer, int capacity);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int radl_op_find(string name, string overload, nint* op);

    [LibraryImport(Library)]
    internal static partial int radl_op_schema(nint op, byte* buffer, int capacity);

    [LibraryImport(Library)]
    internal static partial int radl_op_call(nint op, Slot* args, int n, Slot* results, int* resultCount);

    [LibraryImport(Library)]
    internal static partial void radl_free(nint pointer);

    [LibraryImport(Library)]
    internal static partial void radl_fail_after(long n);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial long radl_tensor_live_count();

    [LibraryImport(Library)]
    internal static partial void radl_tensor_release(nint tensor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int radl_tensor_info(nint tensor, long* info, long* sizes, long* strides, int capacity);

    [LibraryImport(Library)]
    internal static partial nint radl_tensor_data(nint tensor);

    [LibraryImport(Library)]
    internal static partial int radl_tensor_from_memory(nint data, long* sizes, int dims, int dtype, delegate* unmanaged<nint, void> deleter, nint context, nint* tensor);

    [LibraryImport(Library)]
    internal static partial int radl_set_requires_grad(nint tensor, int value);

    [LibraryImport(Library)]
    internal static partial int radl_grad(nint tensor, nint* grad);

    [LibraryImport(Library)]
    internal static partial int radl_set_grad(nint tensor, nint grad);

    [LibraryImport(Library)]
    internal static partial int radl_backward(nint* tensors, nint* gradients, int n, int keepGraph);

    [LibraryImport(Library)]
    internal static partial int radl_gradients(nint* outputs, int outputCount, nint* inputs, int inputCount, int keepGraph, nint* gradients);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int radl_grad_mode(int enabled);

    [LibraryImport(Library)]
    internal static partial int radl_checkpoint(
        nint* inputs, int n, nint output, delegate* unmanaged<nint, nint*, int, nint*, byte*, int, int> recompute, delegate* unmanaged<nint, void> release, nint context);

    [LibraryImport(Library)]
    internal static partial int radl_generator_new(int device, ulong seed, nint* generator);

    [LibraryImport(Library)]
    internal static partial int radl_generator_seed(nint generator, ulong seed);

    [LibraryImport(Library)]
    internal static partial int radl_generator_get_state(nint generator, nint* tensor);

    [LibraryImport(Library)]
    internal static partial int radl_generator_set_state(nint generator, nint tensor);

    [LibraryImport(Library)]
    internal static partial void radl_generator_release(nint generator);

    [LibraryImport(Library)]
    internal static partial void radl_release_free_memory();

    [LibraryImport(Library)]
    internal static partial int radl_get_threads();

    [LibraryImport(Library)]
    internal static partial int radl_set_threads(int n);

    [LibraryImport(Library)]
    internal static partial int radl_cuda_device_count();

    [LibraryImport(Library)]
    internal static partial int radl_cuda_synchronize(int index);
}
