namespace Radl.Layout.Methods.Instances;

/// <summary>Where each phase stands in the fusion: in the table of features, among the maps, in the gate's slots.</summary>
/// <remarks>
/// The table's rows are the whole-picture phases (background, layout and relation, those of them that take part; each active
/// scenes x pixels), the instances (S x L), one null row. The maps are in the same order, one per phase and a null map last.
/// Every scene's slots are laid out with its own number of instances, so a scene gives the same numbers alone and in any batch.
/// </remarks>
internal sealed class FusionPlan
{
    public FusionPlan(SceneBatch batch, InstanceConfig config, LayoutConditions conditions, InstancePixels chosen, int pixels, IReadOnlyList<int>? permutation)
    {
        int slots = config.Slots;
        HasBackground = config.HasBackgroundPhase;
        HasLayout = config.LayoutAttention;
        HasRelation = config.RelationPhase is { HasSlot: true } && Array.IndexOf(batch.Muted, false) >= 0;
        int first = HasBackground ? 1 : 0;
        FullPhases = first + (HasLayout ? 1 : 0) + (HasRelation ? 1 : 0);
        int layout = HasLayout ? first : -1;
        int relation = HasRelation ? FullPhases - 1 : -1;
        int firstInstance = FullPhases * batch.Active;
        Maps = firstInstance + batch.Instances + 1;
        NullMap = Maps - 1;

        bool relationHasSlot = config.RelationPhase is { HasSlot: true };
        bool relationLast = config.RelationPhase is { HasSlot: true, IsLast: true };
        SlotMap = new long[batch.Active * slots];
        SlotOffset = new float[SlotMap.Length];
        Array.Fill(SlotMap, NullMap);
        Array.Fill(SlotOffset, float.NegativeInfinity);
        SlotOfPhase = new int[Maps];
        var middle = new int[config.MiddleSlots];
        // An empty instance of a padded scene: the null map, but with a share of the weights.
        const int padding = -1;
        for (int a = 0; a < batch.Active; a++)
        {
            int count = batch.CountOf(a);
            int layoutMap = layout < 0 ? NullMap : (layout * batch.Active) + a;
            int relationMap = relation < 0 || batch.Muted[a] ? NullMap : (relation * batch.Active) + a;
            Array.Fill(middle, NullMap);
            for (int k = 0; k < count; k++)
            {
                middle[k] = firstInstance + batch.FirstInstance[a] + k;
            }
            int padded = Math.Max(count, config.PaddedInstances);
            Array.Fill(middle, padding, count, padded - count);
            if (relationHasSlot)
            {
                middle[padded] = relationLast ? layoutMap : relationMap;
            }
            if (HasBackground)
            {
                Place(0, a);
            }
            for (int j = 0; j < middle.Length; j++)
            {
                Place(first + j, middle[permutation is null ? j : permutation[j]]);
            }
            Place(slots - 1, relationLast ? relationMap : layoutMap);

            void Place(int slot, int map)
            {
                if (map == padding)
                {
                    SlotOffset[(a * slots) + slot] = 0;
                }
                else if (map != NullMap)
                {
                    SlotMap[(a * slots) + slot] = map;
                    SlotOffset[(a * slots) + slot] = 0;
                    SlotOfPhase[map] = slot;
                }
            }
        }

        RelationSlots = RelationSlotsOf(batch, slots);
        SlotScale = Scales(batch, conditions, slots, firstInstance);
        StatisticsIndex = Statistics(batch, chosen, pixels);
        WeightIndex = Weights(batch, chosen, pixels, slots);
    }

    /// <summary>Whether the background is a phase.</summary>
    public bool HasBackground { get; }

    /// <summary>Whether layout attention is a phase.</summary>
    public bool HasLayout { get; }

    /// <summary>Whether relation attention is a phase of at least one scene.</summary>
    public bool HasRelation { get; }

    /// <summary>Phases that cover the whole picture: background, layout, relation.</summary>
    public int FullPhases { get; }

    /// <summary>Phases of all scenes and the null phase.</summary>
    public int Maps { get; }

    /// <summary>The null phase's map.</summary>
    public int NullMap { get; }

    /// <summary>Map in each slot, [A * slots].</summary>
    public long[] SlotMap { get; }

    /// <summary>0 where a slot holds a phase, -inf where it does not take part in the softmax, [A * slots].</summary>
    public float[] SlotOffset { get; }

    /// <summary>Factors of the logits, [A * slots]; null where all are 1.</summary>
    public float[]? SlotScale { get; }

    /// <summary>Slot of each phase within its scene; 0 for a phase that has none.</summary>
    public int[] SlotOfPhase { get; }

    /// <summary>1 in the relation's slot, 0 elsewhere, [A * slots]; null where no scene has one.</summary>
    public float[]? RelationSlots { get; }

    /// <summary>From each map's pixel to the row of statistics that stands there.</summary>
    public long[] StatisticsIndex { get; }

    /// <summary>From each row of the table to its weight among [A, slots, pixels].</summary>
    public long[] WeightIndex { get; }

    private float[]? RelationSlotsOf(SceneBatch batch, int slots)
    {
        if (!HasRelation)
        {
            return null;
        }
        var one = new float[SlotMap.Length];
        for (int a = 0; a < batch.Active; a++)
        {
            if (!batch.Muted[a])
            {
                one[(a * slots) + SlotOfPhase[((FullPhases - 1) * batch.Active) + a]] = 1;
            }
        }
        return one;
    }

    private float[]? Scales(SceneBatch batch, LayoutConditions conditions, int slots, int firstInstance)
    {
        if (conditions.Strengths is null || conditions.Strengths.All(strength => strength.Fusion == 1))
        {
            return null;
        }
        var scale = new float[SlotMap.Length];
        Array.Fill(scale, 1);
        for (int s = 0; s < batch.Instances; s++)
        {
            scale[(batch.SceneOfInstance[s] * slots) + SlotOfPhase[firstInstance + s]] = (float)conditions.Strength(s).Fusion;
        }
        return scale;
    }

    // Rows of statistics: the table's rows without the null row, then one row for outside each region, then the null phase's.
    private long[] Statistics(SceneBatch batch, InstancePixels chosen, int pixels)
    {
        long full = (long)FullPhases * batch.Active * pixels;
        long outside = full + ((long)batch.Instances * chosen.Length);
        var index = new long[Maps * pixels];
        for (long i = 0; i < full; i++)
        {
            index[i] = i;
        }
        for (int s = 0; s <= batch.Instances; s++)
        {
            Array.Fill(index, outside + s, (int)full + (s * pixels), pixels);
        }
        for (int s = 0; s < batch.Instances; s++)
        {
            for (int i = 0; i < chosen.Lists[s].Count; i++)
            {
                index[full + (s * pixels) + chosen.Lists[s][i]] = full + (s * chosen.Length) + i;
            }
        }
        return index;
    }

    private long[] Weights(SceneBatch batch, InstancePixels chosen, int pixels, int slots)
    {
        int full = FullPhases * batch.Active;
        var index = new long[(full * pixels) + (batch.Instances * chosen.Length)];
        for (int map = 0; map < full; map++)
        {
            int a = map % batch.Active;
            // A muted relation has rows in the table because another scene's has; any closed slot gives them weight 0.
            bool silent = HasRelation && map >= full - batch.Active && batch.Muted[a];
            int slot = silent ? Array.IndexOf(SlotOffset, float.NegativeInfinity, a * slots) - (a * slots) : SlotOfPhase[map];
            for (int p = 0; p < pixels; p++)
            {
                index[(map * pixels) + p] = (((long)(a * slots) + slot) * pixels) + p;
            }
        }
        for (int i = 0; i < batch.Instances * chosen.Length; i++)
        {
            int s = i / chosen.Length;
            index[(full * pixels) + i] = (((long)(batch.SceneOfInstance[s] * slots) + SlotOfPhase[full + s]) * pixels) + chosen.Pixel[i];
        }
        return index;
    }
}
