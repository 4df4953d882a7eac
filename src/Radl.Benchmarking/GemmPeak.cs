using Radl.Torch;

namespace Radl.Benchmarking;

/// <summary>The fastest matrix product of the machine: what shares are shares of.</summary>
public static class GemmPeak
{
    private const int WarmUps = 3;
    private const int Runs = 10;

    /// <summary>Side of the square matrices on a CPU and on a GPU: large enough to fill it.</summary>
    public static int SideOn(Device device) => device.IsCpu ? 2048 : 8192;

    /// <summary>Measures; the quickest run counts.</summary>
    /// <param name="dtype">Type of the matrices.</param>
    /// <param name="device">Where they lie.</param>
    /// <param name="side">Rows and columns.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Checked before each run.</param>
    /// <returns>FLOP/s.</returns>
    public static double Measure(DType dtype, Device device, int side, TimeProvider time, CancellationToken cancellation)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(1);
        Tensor a = Tensor.Randn([side, side], generator).To(device, dtype);
        Tensor b = Tensor.Randn([side, side], generator).To(device, dtype);
        var timer = new StageTimer(device, time, cancellation);
        return 2.0 * side * side * side / Measurement.Of(() => timer.Seconds(() => a.MatMul(b)), WarmUps, Runs).Least;
    }
}
