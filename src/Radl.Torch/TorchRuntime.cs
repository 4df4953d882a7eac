using System.Runtime.CompilerServices;
using System.Text;
using Radl.Torch.Native;

namespace Radl.Torch;

/// <summary>The libtorch of this process: version, threads, devices. Prepared on the first use of any op, or of what this class tells.</summary>
public static unsafe class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static volatile bool _prepared;
    private static string _version = "";
    private static bool _isBefore2;

    /// <summary>libtorch's version, e.g. <c>1.13.1</c>.</summary>
    public static string Version
    {
        get
        {
            EnsurePrepared();
            return _version;
        }
    }

    /// <summary>Whether this libtorch is a 1.x, whose kernels for half types are fewer and slower. Where numbers differ they are checked, not the version.</summary>
    internal static bool IsBefore2
    {
        get
        {
            EnsurePrepared();
            return _isBefore2;
        }
    }

    /// <summary>The kernels in use on the CPU, e.g. <c>AVX512</c>; <c>unknown</c> where libtorch does not tell.</summary>
    public static string CpuCapability
    {
        get
        {
            EnsurePrepared();
            return ReadText(&NativeMethods.radl_cpu_capability);
        }
    }

    /// <summary>The file of the native bridge.</summary>
    public static string NativeLibraryPath
    {
        get
        {
            EnsurePrepared();
            return NativeLibraryLoader.LoadedFrom!;
        }
    }

    /// <summary>CUDA devices that this libtorch can use; 0 for a CPU build.</summary>
    public static int CudaDeviceCount => NativeMethods.radl_cuda_device_count();

    /// <summary>Threads of one op. Set from the processor count at start, or from <c>RADL_THREADS</c> or <c>OMP_NUM_THREADS</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static int Threads
    {
        get
        {
            EnsurePrepared();
            return NativeMethods.radl_get_threads();
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            EnsurePrepared();
            Check(NativeMethods.radl_set_threads(value));
        }
    }

    /// <summary>Waits for all work queued on a CUDA device; nothing to do on the CPU.</summary>
    public static void Synchronize(Device device)
    {
        if (!device.IsCpu)
        {
            Check(NativeMethods.radl_cuda_synchronize(device.Index));
        }
    }

    /// <summary>Gives memory that the allocator keeps for later back to the system: before work whose blocks have other sizes than those that were freed, and would lie beside them.</summary>
    /// <remarks>Costs the page faults of what is needed again: some tenths of a second for a gigabyte. Does nothing where the allocator is neither tcmalloc nor glibc's.</remarks>
    public static void ReleaseFreeMemory()
    {
        EnsurePrepared();
        NativeMethods.radl_release_free_memory();
    }

    /// <summary>Makes the n-th op from now fail as if memory had run out; -1 turns it off. For tests of the recovery only.</summary>
    public static void FailAfter(long ops) => NativeMethods.radl_fail_after(ops);

    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw Error(status);
        }
    }

    internal static Exception Error(int status)
    {
        string message = ReadText(&NativeMethods.radl_last_error);
        return status switch
        {
            2 => new TensorMemoryException(message),
            3 => new TensorShapeException(message),
            4 => new TensorTypeException(message),
            5 => new MissingOpException(message),
            6 => new TensorDeviceException(message),
            _ => new TorchException(message),
        };
    }

    internal static string ReadText(delegate*<byte*, int, int> read)
    {
        Span<byte> small = stackalloc byte[1024];
        int length;
        fixed (byte* p = small)
        {
            length = read(p, small.Length);
        }
        if (length < small.Length)
        {
            return Encoding.UTF8.GetString(small[..length]);
        }
        var large = new byte[length + 1];
        fixed (byte* p = large)
        {
            length = Math.Min(read(p, large.Length), length);
        }
        return Encoding.UTF8.GetString(large, 0, length);
    }

    // A module initializer is the one place that is sure to run before any op of this assembly.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => NativeLibraryLoader.Register();

    /// <summary>Loads libtorch and sets it up, once. Where it cannot be loaded every call says so, with the causes.</summary>
    /// <exception cref="DllNotFoundException">The bridge is missing, does not load, or was built from other sources.</exception>
    internal static void EnsurePrepared()
    {
        if (_prepared)
        {
            return;
        }
        lock (Gate)
        {
            if (!_prepared)
            {
                Prepare();
                _prepared = true;
            }
        }
    }

    private static void Prepare()
    {
        CheckAbi(NativeMethods.radl_abi_version());
        Check(NativeMethods.radl_init());
        _version = ReadText(&NativeMethods.radl_torch_version);
        _isBefore2 = _version.StartsWith("1.", StringComparison.Ordinal);
        Check(NativeMethods.radl_set_threads(DefaultThreads()));
    }

    /// <summary>Refuses a bridge built from other sources than this assembly: its structures may lie differently.</summary>
    internal static void CheckAbi(int abi)
    {
        if (abi != NativeMethods.AbiVersion)
        {
            throw new DllNotFoundException(
                $"{NativeLibraryLoader.LoadedFrom} speaks ABI {abi}, this assembly needs {NativeMethods.AbiVersion}: delete artifacts/native and build again");
        }
    }

    private static int DefaultThreads()
    {
        foreach (string name in (ReadOnlySpan<string>)["RADL_THREADS", "OMP_NUM_THREADS"])
        {
            if (int.TryParse(Environment.GetEnvironmentVariable(name), System.Globalization.CultureInfo.InvariantCulture, out int n) && n > 0)
            {
                return n;
            }
        }
        return Environment.ProcessorCount;
    }
}
