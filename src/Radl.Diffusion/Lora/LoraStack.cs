using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Diffusion.Lora;

/// <summary>A LoRA that is merged into a model; the ticket by which it is taken out again.</summary>
/// <param name="File">Where it came from.</param>
/// <param name="Strength">How strongly.</param>
public sealed record MergedLora(LoraFile File, double Strength);

/// <summary>LoRAs merged into the weights of one model: <c>W + sum of strength * alpha / rank * up @ down</c>, computed in fp32 and rounded once.</summary>
/// <remarks>
/// A merged weight is a new tensor that takes the old one's place; the old one is kept, not computed back. So a weight that no LoRA
/// changes any more has its first bytes again, bit for bit, in whatever order LoRAs come and go, and one that some still change is what it would be
/// had only those been merged, in the order in which they were added. What was computed from the weights before (keys and values of a prompt) must be
/// computed anew.
/// </remarks>
public sealed class LoraStack : IDisposable
{
    private static readonly Op SetOp = Op.Find("aten::set_", "source_Tensor");

    private readonly Dictionary<(LoraNetwork Network, string Module), Tensor> _weights = [];
    private readonly Dictionary<Tensor, Tensor> _originals = [];
    private readonly List<MergedLora> _merged = [];

    /// <summary>No LoRA yet.</summary>
    /// <param name="unet">Its weights change in place; it must outlive this.</param>
    /// <param name="textEncoder">The same.</param>
    public LoraStack(UNet2DCondition unet, ClipTextModel textEncoder)
    {
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(textEncoder);
        AddWeights(LoraNetwork.UNet, unet.Parameters);
        AddWeights(LoraNetwork.TextEncoder, textEncoder.Parameters);
    }

    /// <summary>What is merged, in the order of adding.</summary>
    public IReadOnlyList<MergedLora> Merged => _merged;

    /// <summary>Merges a LoRA. When anything fails, the model is as it was.</summary>
    /// <param name="file">Must stay open while it is merged.</param>
    /// <param name="strength">Factor of the change; 1 as it was trained, 0 none, negative the opposite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is not a finite number.</exception>
    /// <exception cref="LoraFormatException">The model lacks a module that the file changes (all are listed), or has it in another shape.</exception>
    public MergedLora Add(LoraFile file, double strength)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!double.IsFinite(strength))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "a LoRA's strength must be a finite number");
        }
        string[] unmatched = [.. file.Layers.Where(layer => !_weights.ContainsKey((layer.Network, layer.Module))).Select(layer => layer.Name)];
        if (unmatched.Length > 0)
        {
            throw new LoraFormatException(file.Path, $"{unmatched.Length} of {file.Layers.Count} layers", $"the model has no such modules: {LoraFile.Listed(unmatched)}");
        }
        var lora = new MergedLora(file, strength);
        Change([.. _merged, lora], file);
        return lora;
    }

    /// <summary>Takes a LoRA out again.</summary>
    /// <exception cref="ArgumentException">It is not merged here.</exception>
    public void Remove(MergedLora lora)
    {
        ArgumentNullException.ThrowIfNull(lora);
        int index = _merged.FindIndex(merged => ReferenceEquals(merged, lora));
        if (index < 0)
        {
            throw new ArgumentException($"{lora.File.Path} is not merged", nameof(lora));
        }
        Change([.. _merged[..index], .. _merged[(index + 1)..]], lora.File);
    }

    /// <summary>Takes every LoRA out: the model is as it was opened.</summary>
    public void Clear()
    {
        while (_merged.Count > 0)
        {
            Remove(_merged[^1]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void AddWeights(LoraNetwork network, IReadOnlyDictionary<string, Tensor> parameters)
    {
        const string Suffix = ".weight";
        foreach ((string name, Tensor weight) in parameters)
        {
            if (name.EndsWith(Suffix, StringComparison.Ordinal) && weight.Rank is 2 or 4)
            {
                _weights.Add((network, LoraKey.Flat(name[..^Suffix.Length])), weight);
            }
        }
    }

    // First computes all that changes, then swaps, so that a failure leaves nothing half done.
    private void Change(List<MergedLora> next, LoraFile touched)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        var swaps = new List<(Tensor Weight, Tensor Original, Tensor? Changed)>();
        foreach (LoraLayer layer in touched.Layers)
        {
            Tensor weight = _weights[(layer.Network, layer.Module)];
            Tensor original = _originals.TryGetValue(weight, out Tensor? kept) ? kept : weight.Detach();
            swaps.Add((weight, original, Compute(original, layer.Network, layer.Module, next)));
        }
        foreach ((Tensor weight, Tensor original, Tensor? changed) in swaps)
        {
            SetOp.Run(weight, changed ?? original);
            if (changed is not null)
            {
                _originals[weight] = original.Keep();
            }
            else if (_originals.Remove(weight))
            {
                original.Dispose();
            }
        }
        _merged.Clear();
        _merged.AddRange(next);
    }

    private static Tensor? Compute(Tensor original, LoraNetwork network, string module, List<MergedLora> loras)
    {
        (LoraLayer Layer, double Strength)[] changes = [.. loras.SelectMany(lora => lora.File.Layers
            .Where(layer => layer.Network == network && layer.Module == module).Select(layer => (layer, lora.Strength)))];
        if (changes.Length == 0)
        {
            return null;
        }
        using var scope = TensorScope.Enter();
        Tensor sum = original.To(DType.Float32);
        foreach ((LoraLayer layer, double strength) in changes)
        {
            sum += layer.Delta(original.Shape, original.Device) * strength;
        }
        // A clone keeps the order in memory, the copy rounds to the weight's type.
        return scope.Return(original.Clone().CopyFrom(sum));
    }
}
