using System.Text.Json;
using Radl.Diffusion.Models;
using Radl.Diffusion.Schedulers;

namespace Radl.Diffusion.Tests.Models;

public sealed class ModelIndexTests : TensorTest
{
    [Theory]
    [InlineData(SchedulerKind.Pndm, "PNDMScheduler", null)]
    [InlineData(SchedulerKind.Euler, "EulerDiscreteScheduler", 2.5)]
    public void What_is_written_is_what_a_model_folder_reads(SchedulerKind kind, string name, double? guidance)
    {
        SchedulerConfig scheduler = SchedulerConfig.StableDiffusion with { Kind = kind };
        ModelIndex.Write(Folder, scheduler, guidance);
        var model = new ModelFolder(Folder);
        Assert.Equal(guidance, model.Guidance);
        Assert.Equal(scheduler, SchedulerConfig.Read(model.In("scheduler", "scheduler_config.json")));
        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(model.In("model_index.json")));
        Assert.Equal(["diffusers", name], index.RootElement.GetProperty("scheduler").EnumerateArray().Select(entry => entry.GetString()!));
    }
}
