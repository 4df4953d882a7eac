using Radl.Torch;

namespace Radl.Layout.Methods;

/// <summary>What the adapter is told about a batch of scenes. Instances of all scenes stand one after the other: scene 0's first.</summary>
/// <remarks>
/// B scenes, S instances in all, so a ragged batch costs no padding. Text states live on the model's device in its element
/// type and are not trained; masks are fp32 on the CPU, where the regions' pixels are counted once. The caller keeps all
/// tensors and may dispose them once the conditions are bound.
/// </remarks>
public sealed record LayoutConditions
{
    /// <summary>Instances of each scene; 0 leaves the scene to the plain text cross-attention.</summary>
    public required IReadOnlyList<int> Counts { get; init; }

    /// <summary>Hidden states of the prompts, [B, tokens, width].</summary>
    public required Tensor Prompts { get; init; }

    /// <summary>Hidden states of the negative prompt, [1 or B, tokens, width]; needed where unconditional rows are asked for.</summary>
    public Tensor? Negative { get; init; }

    /// <summary>Hidden states of the negative prompts that instances have of their own, [n, tokens, width]; null where none has one.</summary>
    public Tensor? InstanceNegatives { get; init; }

    /// <summary>Which row of <see cref="InstanceNegatives"/> each instance has, or -1 for the picture's negative prompt; null means -1 for all.</summary>
    public IReadOnlyList<int>? NegativeOf { get; init; }

    /// <summary>Hidden states of the instance labels, [S, tokens, width].</summary>
    public required Tensor Labels { get; init; }

    /// <summary>Pooled states of the instance labels (the last position's, not projected), [S, width].</summary>
    public required Tensor Pooled { get; init; }

    /// <summary>
    /// Hidden states of each scene's verbs, without the first position, [B, tokens - 1, width]; the empty text's where there are none.
    /// Null is enough for a method without relations.
    /// </summary>
    public Tensor? Verbs { get; init; }

    /// <summary>Which scenes have verbs; null means all.</summary>
    public IReadOnlyList<bool>? HasVerbs { get; init; }

    /// <summary>Boxes of the instances as shares of the picture, x1, y1, x2, y2.</summary>
    public required IReadOnlyList<LayoutBox> Boxes { get; init; }

    /// <summary>Region masks in [0, 1] on the latent grid, [S, h, w], fp32 on the CPU.</summary>
    public required Tensor Masks { get; init; }

    /// <summary>Where no region is, on the latent grid, [B, h, w], fp32 on the CPU.</summary>
    public required Tensor Background { get; init; }

    /// <summary>Strengths of the instances; null means 1 for all.</summary>
    public IReadOnlyList<LayoutStrength>? Strengths { get; init; }

    /// <summary>Where in the prompts the instances stand; null is enough for a method that does not ask (<see cref="MethodNeeds.Places"/>).</summary>
    public IReadOnlyList<PromptPlace>? Places { get; init; }

    /// <summary>The same scenes with no instance in any of them; the current scope owns the empty tensors.</summary>
    public LayoutConditions WithoutInstances() => this with
    {
        Counts = [.. Counts.Select(_ => 0)],
        Labels = Labels.Narrow(0, 0, 0),
        Pooled = Pooled.Narrow(0, 0, 0),
        Boxes = [],
        Masks = Masks.Narrow(0, 0, 0),
        Background = Tensor.Ones(Background.Shape),
        Strengths = null,
        Places = Places is null ? null : [],
    };

    /// <summary>Hidden states of verbs as <see cref="Verbs"/> takes them: without the first position, which is the same for every text.</summary>
    /// <param name="hidden">[texts, tokens, width].</param>
    public static Tensor VerbStates(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return hidden.Narrow(1, 1, hidden.Size(1) - 1);
    }

    internal int Scenes => Counts.Count;

    internal int Instances => Boxes.Count;

    internal LayoutStrength Strength(int instance) => Strengths is null ? LayoutStrength.One : Strengths[instance];

    internal int NegativeRow(int instance) => NegativeOf is null ? -1 : NegativeOf[instance];

    internal void Check(MethodNeeds needs, int unconditionalRows)
    {
        for (int b = 0; b < Counts.Count; b++)
        {
            if (Counts[b] < 0 || Counts[b] > needs.MostInstances)
            {
                throw new ArgumentException($"Counts[{b}] is {Counts[b]}; a scene has 0 to {needs.MostInstances} instances");
            }
        }
        int instances = Counts.Sum();
        Require(Boxes.Count == instances, nameof(Boxes), $"{Boxes.Count} boxes for {instances} instances");
        Require(Strengths is null || Strengths.Count == instances, nameof(Strengths), $"{Strengths?.Count} strengths for {instances} instances");
        Require(HasVerbs is null || HasVerbs.Count == Scenes, nameof(HasVerbs), $"{HasVerbs?.Count} entries for {Scenes} scenes");
        Require(Places is not null || !needs.Places, nameof(Places), "the method places words of the prompt and must know where they stand");
        Require(Places is null || Places.Count == instances, nameof(Places), $"{Places?.Count} places for {instances} instances");
        Shape(Prompts, nameof(Prompts), Scenes, 3, needs.ContextWidth);
        Require(Verbs is not null || !needs.Verbs, nameof(Verbs), "the method's relation needs them");
        if (Verbs is not null)
        {
            Shape(Verbs, nameof(Verbs), Scenes, 3, needs.ContextWidth);
        }
        Shape(Labels, nameof(Labels), instances, 3, needs.ContextWidth);
        CheckNegatives(instances, needs.ContextWidth);
        Shape(Pooled, nameof(Pooled), instances, 2, needs.ContextWidth);
        Shape(Masks, nameof(Masks), instances, 3, null);
        Shape(Background, nameof(Background), Scenes, 3, null);
        Require(unconditionalRows == 0 || unconditionalRows == Scenes, nameof(unconditionalRows), $"{unconditionalRows} rows for {Scenes} scenes; it is 0 or the number of scenes");
        Require(unconditionalRows == 0 || Negative is not null, nameof(Negative), "unconditional rows need a negative prompt");
    }

    private void CheckNegatives(int instances, long? width)
    {
        if (InstanceNegatives is not null)
        {
            Shape(InstanceNegatives, nameof(InstanceNegatives), InstanceNegatives.Size(0), 3, width);
        }
        long rows = InstanceNegatives?.Size(0) ?? 0;
        Require(
            NegativeOf is null || (NegativeOf.Count == instances && NegativeOf.All(row => row >= -1 && row < rows)),
            nameof(NegativeOf),
            $"[{string.Join(", ", NegativeOf ?? [])}] for {instances} instances; each is -1 or a row of the {rows} of {nameof(InstanceNegatives)}");
    }

    private static void Shape(Tensor tensor, string name, long first, int rank, long? last)
    {
        long[] shape = tensor.Shape;
        Require(shape.Length == rank && shape[0] == first && (last is null || shape[^1] == last), name, $"shape [{string.Join(", ", shape)}]; {first} entries{(last is null ? "" : $" of width {last}")} in {rank} dimensions are needed");
    }

    private static void Require(bool holds, string name, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name}: {otherwise}");
        }
    }
}

/// <summary>A box as shares of the picture's width and height.</summary>
public readonly record struct LayoutBox(double X1, double Y1, double X2, double Y2);

/// <summary>How strongly the parts of one instance act.</summary>
/// <param name="Text">Scales the frozen text cross-attention inside the region (<c>ca_scale</c>).</param>
/// <param name="Instance">Scales the instance attention (<c>ea_scale</c>).</param>
/// <param name="Fusion">Scales the instance's map before the softmax (<c>sac_scale</c>).</param>
public readonly record struct LayoutStrength(double Text, double Instance, double Fusion)
{
    /// <summary>1 for all parts.</summary>
    public static LayoutStrength One => new(1, 1, 1);
}
