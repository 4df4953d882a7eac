using Radl.Diffusion.Lora;
using Radl.Diffusion.Models;
using Radl.Layout.Generation;
using Radl.Torch;

namespace Radl.Cli.Generation;

/// <summary>A model that is ready to draw, with the LoRAs that are merged into it.</summary>
internal sealed class OpenModel : IDisposable
{
    private readonly LoraStack _stack;
    private readonly List<LoraFile> _loraFiles = [];

    public OpenModel(ModelChoice choice, ModelLocator models)
    {
        Choice = choice;
        LocatedModel located = models.Find(choice.Model);
        Name = located.Name;
        Device device = Torch.Device.Parse(choice.Device);
        Generator = SceneGenerator.Open(located.Folder, Precision.Parse(choice.DType, device), device);
        _stack = new LoraStack(Generator.Model.Unet, Generator.Model.TextEncoder);
    }

    public ModelChoice Choice { get; }

    public string Name { get; }

    public SceneGenerator Generator { get; }

    /// <summary>The LoRAs that are merged, with their files' hashes.</summary>
    public IReadOnlyList<LoraUse> Loras { get; private set; } = [];

    /// <summary>Merges these LoRAs and no others. Scenes with the same ones share the work; when one fails, none is merged.</summary>
    public void Use(IReadOnlyList<LoraUse> loras)
    {
        if (Same(loras, Loras))
        {
            return;
        }
        TakeOut();
        try
        {
            var merged = new List<LoraUse>();
            foreach (LoraUse lora in loras)
            {
                merged.Add(lora.WithHash());
                var file = LoraFile.Open(lora.File);
                _loraFiles.Add(file);
                _stack.Add(file, lora.Strength);
            }
            Loras = merged;
        }
        catch
        {
            TakeOut();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TakeOut();
        Generator.Dispose();
    }

    private static bool Same(IReadOnlyList<LoraUse> wanted, IReadOnlyList<LoraUse> merged) =>
        wanted.Select(lora => (lora.File, lora.Strength)).SequenceEqual(merged.Select(lora => (lora.File, lora.Strength)));

    private void TakeOut()
    {
        Loras = [];
        _stack.Clear();
        _loraFiles.ForEach(file => file.Dispose());
        _loraFiles.Clear();
    }
}
