using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>The order in which the gate over phases sees the slots at one call, per scene.</summary>
/// <param name="Slots">Slot whose map stands at each place, int64 [A, slots].</param>
/// <param name="Inverse">Place of each slot's map, int64 [A, slots].</param>
internal sealed record FusionOrder(Tensor Slots, Tensor Inverse);

/// <summary>Draws a new order of the middle slots for every call of a run, each scene from its own seed.</summary>
internal sealed class FusionOrders : IDisposable
{
    // The noise begins at the seed itself; the orders must not follow from it.
    private const ulong Apart = 0xD1B54A32D192ED03;

    private readonly Generator[] _generators;
    private readonly int _slots;
    private readonly int _first;
    private readonly int _middle;

    /// <summary>Starts.</summary>
    /// <param name="seeds">Of the active scenes.</param>
    /// <param name="config">Tells the slots.</param>
    public FusionOrders(IEnumerable<ulong> seeds, InstanceConfig config)
    {
        _generators = [.. seeds.Select(seed => new Generator(seed ^ Apart))];
        _slots = config.Slots;
        _first = config.HasBackgroundPhase ? 1 : 0;
        _middle = config.MiddleSlots;
    }

    /// <summary>The next call's order; the current scope owns it.</summary>
    public FusionOrder Next(Device device)
    {
        var slots = new long[_generators.Length * _slots];
        var inverse = new long[slots.Length];
        for (int a = 0; a < _generators.Length; a++)
        {
            using Tensor drawn = Tensor.RandPerm(_middle, _generators[a]);
            long[] middle = drawn.ToArray<long>();
            for (int slot = 0; slot < _slots; slot++)
            {
                int j = slot - _first;
                long from = j >= 0 && j < _middle ? _first + middle[j] : slot;
                slots[(a * _slots) + slot] = from;
                inverse[(a * _slots) + from] = slot;
            }
        }
        return new FusionOrder(
            Tensor.From<long>(slots, _generators.Length, _slots).To(device),
            Tensor.From<long>(inverse, _generators.Length, _slots).To(device));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Generator generator in _generators)
        {
            generator.Dispose();
        }
    }
}
