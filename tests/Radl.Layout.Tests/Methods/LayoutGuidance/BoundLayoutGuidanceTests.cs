using Radl.Diffusion.Schedulers;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Methods.LayoutGuidance;
using Radl.Layout.Regions;
using Radl.Layout.Tests.Methods.Energy;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.LayoutGuidance;

public sealed class BoundLayoutGuidanceTests : TensorTest
{
    [Theory]
    [InlineData(SchedulerKind.Ddim)]
    [InlineData(SchedulerKind.Euler)]
    [InlineData(SchedulerKind.Lms)]
    public void Moves_lower_the_energy_with_every_solver(SchedulerKind kind)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var method = new BoundLayoutGuidance(world.Unet, world.Texts, [EnergyWorld.Two], new LayoutGuidanceOptions { Threshold = 0 });
        List<double> energies = [];
        method.Observer = update => energies.Add(update.Energies[0]);
        var call = EnergyWorld.Call(0, kind);
        method.Move(call, world.Latents * call.Scheduler.InitNoiseSigma);
        Assert.Equal(5, energies.Count);
        Assert.True(energies[^1] < energies[0], string.Join(", ", energies));
    }

    [Fact]
    public void An_image_below_the_threshold_stays_for_the_rest_of_its_run_and_not_in_the_next()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var method = new BoundLayoutGuidance(world.Unet, world.Texts, [EnergyWorld.Two], new LayoutGuidanceOptions { Threshold = 1 });
        int moves = 0;
        method.Observer = _ => moves++;
        method.Move(EnergyWorld.Call(0), world.Latents);
        Assert.Equal(1, moves);
        Assert.Equal(0, method.Move(EnergyWorld.Call(1), world.Latents).MaxDifference(world.Latents));
        Assert.Equal(1, moves);
        method.Move(EnergyWorld.Call(0), world.Latents);
        Assert.Equal(2, moves);
    }

    [Fact]
    public void Every_image_of_a_ragged_batch_is_moved_and_stopped_as_it_is_alone()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(3);
        IReadOnlyList<GuidedRegion>[] regions = [EnergyWorld.Two, [], [new GuidedRegion(new NormalizedBox(0, 0, 1, 0.9), 3)]];
        // The third image's box is nearly everything, so it is done after one move.
        var options = new LayoutGuidanceOptions { Threshold = 0.3, Repeats = 3 };
        using var together = new BoundLayoutGuidance(world.Unet, world.Texts, regions, options);
        List<int> counts = [];
        together.Observer = update => counts.Add(update.Images.Count);
        Tensor moved = together.Move(EnergyWorld.Call(), world.Latents);
        Assert.Equal([2, 1, 1], counts);
        for (int image = 0; image < 3; image++)
        {
            (Tensor text, Tensor latents) = world.Alone(image);
            using var alone = new BoundLayoutGuidance(world.Unet, text, [regions[image]], options);
            Assert.InRange(moved.Narrow(0, image, 1).MaxDifference(alone.Move(EnergyWorld.Call(), latents)), 0, 1e-5);
        }
    }

    [Fact]
    public void After_the_guided_steps_the_latents_stay()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var method = new BoundLayoutGuidance(world.Unet, world.Texts, [EnergyWorld.Two], new LayoutGuidanceOptions { Threshold = 0 });
        method.Move(EnergyWorld.Call(0), world.Latents);
        Assert.NotSame(world.Latents, method.Move(EnergyWorld.Call(1), world.Latents));
        Assert.Same(world.Latents, method.Move(EnergyWorld.Call(2), world.Latents));
    }

    [Fact]
    public void A_cancelled_run_ends_before_the_next_evaluation()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var source = new CancellationTokenSource();
        using var method = new BoundLayoutGuidance(world.Unet, world.Texts, [EnergyWorld.Two], new LayoutGuidanceOptions { Threshold = 0 });
        int moves = 0;
        method.Observer = _ =>
        {
            moves++;
            source.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => method.Move(EnergyWorld.Call(cancellation: source.Token), world.Latents));
        Assert.Equal(1, moves);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        using var world = new EnergyWorld(1);
        Assert.Contains("Repeats", Assert.Throws<ArgumentException>(() => new BoundLayoutGuidance(world.Unet, world.Texts, [[]], new LayoutGuidanceOptions { Repeats = 0 })).Message, StringComparison.Ordinal);
    }
}
