using System.CommandLine;
using Radl.Cli.Terminal;
using Radl.Diffusion.Models;
using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Torch;

namespace Radl.Cli.Commands;

/// <summary><c>radl info</c>: what this program runs on.</summary>
internal static class InfoCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("info", "Show libtorch, devices, element types, threads and models");
        command.SetAction(_ => Run(context));
        return command;
    }

    private static int Run(CommandContext context)
    {
        int threads = TorchRuntime.Threads;
        int gpus = TorchRuntime.CudaDeviceCount;
        // Any op prepares libtorch, which then knows its version.
        using (Tensor.Zeros([1]))
        {
            threads = TorchRuntime.Threads;
        }
        Line("radl", PictureRecipe.ProgramVersion);
        Line("runtime", $".NET {Environment.Version}, {Environment.ProcessorCount} processors");
        Line("libtorch", TorchRuntime.Version);
        Line("  library", LibraryPath() ?? "unknown");
        Line("  bridge", TorchRuntime.NativeLibraryPath);
        Line("  kernels", TorchRuntime.CpuCapability);
        Line("  threads", FormattableString.Invariant($"{threads}"));
        Line("devices", string.Join(", ", Enumerable.Range(0, gpus).Select(index => Device.Cuda(index).ToString()).Prepend("cpu")));
        Line("dtypes", $"fp32, bf16{(Precision.CpuHasBFloat16 ? " (fast on this processor)" : "")}{(gpus > 0 ? ", fp16 (cuda)" : "")}; auto is {Precision.NameOf(Precision.Parse("auto", Device.Parse("auto")))}");
        Line("methods", string.Join(", ", LayoutMethods.Names));
        Line("schedulers", string.Join(", ", SolverNames.All));
        IReadOnlyList<LocatedModel> models = context.Models.List();
        Line("models", models.Count == 0 ? $"none in {string.Join(", ", context.Models.Roots)}" : "");
        foreach (LocatedModel model in models)
        {
            IReadOnlyList<string> adapters = new ModelFolder(model.Folder).Adapters();
            Line($"  {model.Name}", $"{model.Folder} (adapters: {(adapters.Count == 0 ? "none" : string.Join(", ", adapters))})");
        }
        return ExitCodes.Done;

        void Line(string name, string value) => context.Output.WriteLine($"{name,-12} {value}".TrimEnd());
    }

    // The loader knows best which of several libtorch installations was taken.
    private static string? LibraryPath() => File.Exists("/proc/self/maps")
        ? File.ReadLines("/proc/self/maps").Where(line => line.Contains("libtorch_cpu", StringComparison.Ordinal) || line.Contains("libtorch.so", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).OrderByDescending(path => path.Contains("libtorch_cpu", StringComparison.Ordinal)).FirstOrDefault()
        : null;
}
