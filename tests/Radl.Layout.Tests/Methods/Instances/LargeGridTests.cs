using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Instances;

/// <summary>Grids whose pairs of pixels never stand in memory together give what they would give if they did.</summary>
public sealed class LargeGridTests : TensorTest
{
    // Not the masks' own size, so that regions have soft borders and overlap the background.
    private const int Side = 20;

    private static readonly LayoutBinding Dense = new() { UnconditionalRows = 3 };
    private static readonly LayoutBinding InBlocks = Dense with { DensePixels = 0 };

    [Theory]
    [InlineData(false, AttributeSource.MaskedTokens)]
    [InlineData(true, AttributeSource.MaskedTokens)]
    [InlineData(true, AttributeSource.Disentangled)]
    [InlineData(true, AttributeSource.Tokens)]
    public void Blocks_give_what_all_pairs_at_once_give(bool isRadl, AttributeSource source)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new MethodWorld();
        InstanceAdapter adapter = isRadl ? world.Adapter(MethodWorld.Config with { AttributeSource = source }) : world.Migc();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three, [], MethodWorld.Two);
        foreach (int side in (int[])[MethodWorld.Side, Side])
        {
            Tensor image = Image(4, 6, side);
            Close(Attend(world, adapter, conditions, image, side, InBlocks), Attend(world, adapter, conditions, image, side, Dense));
        }
    }

    [Fact]
    public void A_few_rows_as_learnable_query_go_with_blocks_too()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter(MethodWorld.Config with { LearnableQuery = LearnableQuery.Tokens });
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three, MethodWorld.Two, MethodWorld.Two);
        Tensor image = Image(4, 6, Side);
        Close(Attend(world, adapter, conditions, image, Side, InBlocks), Attend(world, adapter, conditions, image, Side, Dense));
    }

    [Fact]
    public void Every_parameter_learns_the_same_from_blocks()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three, MethodWorld.Two, MethodWorld.Two);
        Tensor image = Image(4, 6, Side);
        Tensor[] parameters = [.. adapter.Parameters.Values];
        foreach (Tensor parameter in parameters)
        {
            parameter.RequiresGrad = true;
        }
        Tensor?[] expected = Gradients(Dense);
        Tensor?[] actual = Gradients(InBlocks);
        foreach ((Tensor? learned, Tensor? wanted) in actual.Zip(expected))
        {
            Close(learned!, wanted!);
        }

        Tensor?[] Gradients(LayoutBinding binding) =>
            Autograd.Gradients(Attend(world, adapter, conditions, image, Side, binding).Square().Mean(), parameters);
    }

    [Fact]
    public void A_large_grid_takes_memory_by_its_pixels_and_not_by_their_pairs()
    {
        const int Large = 96;
        const long Pairs = (long)Large * Large * Large * Large;
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three);
        Tensor image = Image(4, 1, Large);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tensor result = Attend(world, adapter, conditions, image, Large, new LayoutBinding());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Pairs / 10);
        Assert.True(double.IsFinite(result.Abs().Max().Item()));
    }

    private static Tensor Image(ulong seed, int rows, int side)
    {
        using var generator = new Generator(seed);
        return Tensor.Randn([rows, (long)side * side, MethodWorld.Channels], generator);
    }

    private static Tensor Attend(MethodWorld world, InstanceAdapter adapter, LayoutConditions conditions, Tensor image, int side, LayoutBinding binding)
    {
        using BoundLayout bound = adapter.Bind(conditions, binding);
        return bound.Attend(world.Site, image, side, side)!;
    }

    private static void Close(Tensor actual, Tensor expected) =>
        Assert.InRange(actual.MaxDifference(expected) / Math.Max(1, expected.Abs().Max().Item()), 0, 1e-6);
}
