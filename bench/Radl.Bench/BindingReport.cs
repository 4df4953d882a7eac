using System.Globalization;
using Radl.Benchmarking;
using Radl.Benchmarking.Machine;
using Radl.Torch;

namespace Radl.Bench;

/// <summary>What a call from C# costs more than the same call inside libtorch, and what that makes of a denoising step.</summary>
internal static class BindingReport
{
    private const int Calls = 100_000;
    private const double AllowedNanoseconds = 1500;

    private static readonly Op AddOp = Op.Find("aten::add", "Tensor");

    public static void Write(TextWriter output, bool wholeStep)
    {
        using var guard = Autograd.NoGrad();
        output.WriteLine("# What the binding costs");
        output.WriteLine();
        MachineHeader.Read().Write(output);
        output.WriteLine($"- `add` on four fp32 elements, result allocated and freed; 3 warm-ups, 10 runs of {Calls:N0} calls each, processor time of the one thread");
        output.WriteLine();
        int threads = TorchRuntime.Threads;
        TorchRuntime.Threads = 1;
        double overhead = WriteCalls(output);
        TorchRuntime.Threads = threads;
        if (wholeStep)
        {
            DenoisingStep.Write(output, overhead);
        }
    }

    // Returns the overhead of a call in nanoseconds.
    private static double WriteCalls(TextWriter output)
    {
        var native = new NativeCalls();
        using Tensor a = Tensor.Ones([4]);
        using Tensor b = Tensor.Ones([4]);
        Measurement unboxed = Measurement.Of(() => native.Run("bench_add_unboxed", Calls));
        Measurement boxed = Measurement.Of(() => native.Run("bench_add_boxed", Calls));
        Measurement inPlace = Measurement.Of(() => native.Run("bench_add_in_place", Calls));
        Measurement call = Measurement.Of(() => Time(native, () => AddOp.Call(a, b).Dispose()));
        Measurement scoped = Measurement.Of(() => Time(native, () =>
        {
            using var scope = TensorScope.Enter();
            _ = AddOp.Call(a, b);
        }));
        Measurement run = Measurement.Of(() => Time(native, () => a.AddInPlace(b)));

        output.WriteLine("| | ns per call (median) | least | most |");
        output.WriteLine("| --- | --- | --- | --- |");
        output.WriteLine($"| libtorch, C++ `at::add` | {Cells(unboxed)} |");
        output.WriteLine($"| libtorch, dispatcher with boxed values | {Cells(boxed)} |");
        output.WriteLine($"| C#, `Op.Call`, disposed by hand | {Cells(call)} |");
        output.WriteLine($"| C#, `Op.Call` in its own `TensorScope` | {Cells(scoped)} |");
        output.WriteLine($"| libtorch, C++ `add_` | {Cells(inPlace)} |");
        output.WriteLine($"| C#, `Tensor.AddInPlace` | {Cells(run)} |");
        output.WriteLine();
        double overhead = call.Median - unboxed.Median;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A call from C# costs {overhead:f0} ns more than libtorch's own (ratio {call.Median / unboxed.Median:f2}); at most {AllowedNanoseconds:f0} ns more are wanted: {(overhead <= AllowedNanoseconds ? "met" : "not met")}. In place it is {run.Median - inPlace.Median:f0} ns."));
        return overhead;
    }

    private static string Cells(Measurement value) => string.Create(CultureInfo.InvariantCulture, $"{value.Median:f0} | {value.Least:f0} | {value.Most:f0}");

    private static double Time(NativeCalls native, Action call)
    {
        long start = native.ThreadTime;
        for (int i = 0; i < Calls; i++)
        {
            call();
        }
        return (double)(native.ThreadTime - start) / Calls;
    }
}
