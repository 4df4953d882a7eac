using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>What a layer's phases need on one grid, beyond the regions: open pairs, the fusion's plan and its indices. Shared by the layers of that grid.</summary>
internal sealed class PhaseGrid : IDisposable
{
    private readonly OwnedTensors _owned = new();

    public PhaseGrid(RegionGrid regions, LayoutConditions conditions, SceneBatch batch, InstanceConfig config, LayoutBinding binding, long headWidth)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Regions = regions;
        (DType dtype, Device device) = (regions.Mask.DType, regions.Mask.Device);
        int pixels = regions.Height * regions.Width;
        int length = regions.PixelsPerInstance;
        Pairs = config.LayoutAttention ? new OpenPairs(regions, batch, binding.RegionMultipleFor(dtype, device), headWidth) : null;
        Plan = new FusionPlan(batch, config, conditions, regions.Chosen, pixels, binding.Permutation);
        Tensor ones = Tensor.Ones([(long)(Plan.FullPhases - (Plan.HasBackground ? 1 : 0)) * batch.Active * pixels, 1], dtype, device);
        Tensor[] column = [ones, regions.Mask.Reshape(-1, 1), Tensor.Zeros([1, 1], dtype, device)];
        MaskColumn = Own(Tensor.Cat(Plan.HasBackground ? [regions.Background.Reshape(-1, 1), .. column] : column, 0));
        int fullRows = Plan.FullPhases * batch.Active * pixels;
        PhaseOfRow = Own(Tensor.From(Enumerable.Range(0, fullRows + (batch.Instances * length))
            .Select(row => row < fullRows ? (long)row / pixels : (Plan.FullPhases * batch.Active) + ((row - fullRows) / length)).ToArray()));
        StatisticsIndex = Own(Tensor.From(Plan.StatisticsIndex));
        SlotIndex = Own(Tensor.From(Plan.SlotMap));
        SlotOffset = Own(Tensor.From<float>(Plan.SlotOffset, batch.Active, config.Slots, 1));
        SlotScale = Plan.SlotScale is { } scale ? Own(Tensor.From<float>(scale, batch.Active, config.Slots, 1)) : null;
        RelationSlots = Plan.RelationSlots is { } one ? Own(Tensor.From<float>(one, batch.Active, config.Slots, 1)) : null;
        WeightIndex = Own(Tensor.From(Plan.WeightIndex));

        Tensor Own(Tensor tensor) => _owned.Add(tensor.DType.IsFloating() ? tensor.To(device, dtype) : tensor.To(device));
    }

    /// <summary>The regions; not owned.</summary>
    public RegionGrid Regions { get; }

    /// <summary>Who sees whom in the layout attention; null without one.</summary>
    public OpenPairs? Pairs { get; }

    public FusionPlan Plan { get; }

    /// <summary>The phases' mask channel, one row per row of the phase table.</summary>
    public Tensor MaskColumn { get; }

    /// <summary>Phase of each row of the phase table but the last, int64 [rows].</summary>
    public Tensor PhaseOfRow { get; }

    public Tensor StatisticsIndex { get; }

    public Tensor SlotIndex { get; }

    public Tensor SlotOffset { get; }

    public Tensor? SlotScale { get; }

    public Tensor? RelationSlots { get; }

    public Tensor WeightIndex { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pairs?.Dispose();
        _owned.Dispose();
    }
}
