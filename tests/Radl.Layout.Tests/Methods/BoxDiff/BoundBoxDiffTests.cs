using Radl.Diffusion.Schedulers;
using Radl.Layout.Methods.BoxDiff;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Regions;
using Radl.Layout.Tests.Methods.Energy;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.BoxDiff;

public sealed class BoundBoxDiffTests : TensorTest
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
        using var method = new BoundBoxDiff(world.Unet, world.Texts, [EnergyWorld.Two], new BoxDiffOptions { StepSize = 2 });
        List<double> energies = [];
        method.Observer = update => energies.Add(update.Energies[0]);
        var call = EnergyWorld.Call(0, kind);
        Tensor latents = world.Latents * call.Scheduler.InitNoiseSigma;
        for (int k = 0; k < 5; k++)
        {
            latents = method.Move(call, latents);
        }
        Assert.True(energies[^1] < energies[0], string.Join(", ", energies));
    }

    [Fact]
    public void A_solver_that_scales_its_latents_moves_the_models_input_alike()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var method = new BoundBoxDiff(world.Unet, world.Texts, [EnergyWorld.Two]);
        var ddim = EnergyWorld.Call();
        var euler = EnergyWorld.Call(0, SchedulerKind.Euler);
        double stretch = Math.Sqrt((euler.Scheduler.Sigma(0) * euler.Scheduler.Sigma(0)) + 1);
        Tensor input = world.Latents;
        Tensor movedEuler = method.Move(euler, input * stretch) / stretch;
        Tensor movedDdim = method.Move(ddim, input);
        Tensor step = input - movedDdim;
        // The timesteps are not the same (999 and 901), but the steps are of one size: unscaled, Euler's would be 200 times smaller.
        Assert.InRange((input - movedEuler).Norm().Item() / step.Norm().Item(), 0.5, 2);
    }

    [Fact]
    public void Every_image_of_a_ragged_batch_is_moved_as_it_is_alone()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(3);
        IReadOnlyList<GuidedRegion>[] regions = [EnergyWorld.Two, [], EnergyWorld.One];
        var options = new BoxDiffOptions { Refinement = new Dictionary<int, double> { [0] = 0.02 }, RefinementTurns = 3, StepSize = 5 };
        using var together = new BoundBoxDiff(world.Unet, world.Texts, regions, options);
        Tensor moved = together.Move(EnergyWorld.Call(), world.Latents);
        for (int image = 0; image < 3; image++)
        {
            (Tensor text, Tensor latents) = world.Alone(image);
            using var alone = new BoundBoxDiff(world.Unet, text, [regions[image]], options);
            Assert.InRange(moved.Narrow(0, image, 1).MaxDifference(alone.Move(EnergyWorld.Call(), latents)), 0, 1e-5);
        }
        Assert.Equal(0, moved.Narrow(0, 1, 1).MaxDifference(world.Latents.Narrow(0, 1, 1)));
    }

    [Fact]
    public void A_refinement_ends_after_its_turns_and_one_step_of_the_whole_energy_follows()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var method = new BoundBoxDiff(
            world.Unet, world.Texts, [EnergyWorld.Two], new BoxDiffOptions { Refinement = new Dictionary<int, double> { [1] = 1 }, RefinementTurns = 4 });
        List<double> energies = [];
        method.Observer = update => energies.Add(update.Energies[0]);
        method.Move(EnergyWorld.Call(0), world.Latents);
        Assert.Single(energies);
        method.Move(EnergyWorld.Call(1), world.Latents);
        Assert.Equal(1 + 4 + 1, energies.Count);
        Assert.All(energies[1..5], energy => Assert.InRange(energy, 0, 1));
        Assert.True(energies[5] > 1);
    }

    [Fact]
    public void After_the_guided_steps_and_without_regions_the_latents_stay()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var method = new BoundBoxDiff(world.Unet, world.Texts, [EnergyWorld.Two]);
        using var none = new BoundBoxDiff(world.Unet, world.Texts, [[]]);
        Assert.Same(world.Latents, method.Move(EnergyWorld.Call(5), world.Latents));
        Assert.NotSame(world.Latents, method.Move(EnergyWorld.Call(4), world.Latents));
        Assert.Same(world.Latents, none.Move(EnergyWorld.Call(0), world.Latents));
    }

    [Fact]
    public void Weights_in_bf16_give_nearly_the_gradient_of_fp32()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using Tensor exact = Gradient(DType.Float32);
        using Tensor half = Gradient(DType.BFloat16);
        Assert.Equal(DType.Float32, half.DType);
        double cosine = (exact * half).Sum().Item() / (exact.Norm().Item() * half.Norm().Item());
        // The energy takes a softmax of 100 times the probabilities, so that the half type shows.
        Assert.InRange(cosine, 0.95, 1.0001);
    }

    private static Tensor Gradient(DType dtype)
    {
        using var world = new EnergyWorld(1, dtype);
        using var method = new BoundBoxDiff(world.Unet, world.Texts, [EnergyWorld.Two]);
        Tensor? gradient = null;
        method.Observer = update => gradient = update.Gradient.Clone().Keep();
        method.Move(EnergyWorld.Call(), world.Latents);
        return gradient!;
    }

    [Fact]
    public void Checkpointing_gives_the_same_moves()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var plain = new BoundBoxDiff(world.Unet, world.Texts, [EnergyWorld.Two]);
        using var saving = new BoundBoxDiff(world.Unet, world.Texts, [EnergyWorld.Two], new BoxDiffOptions { Checkpoint = true });
        Assert.InRange(plain.Move(EnergyWorld.Call(), world.Latents).MaxDifference(saving.Move(EnergyWorld.Call(), world.Latents)), 0, 1e-5);
    }

    [Fact]
    public void A_cancelled_run_ends_before_the_next_evaluation()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new EnergyWorld(1);
        using var source = new CancellationTokenSource();
        using var method = new BoundBoxDiff(world.Unet, world.Texts, [EnergyWorld.Two], new BoxDiffOptions { Refinement = new Dictionary<int, double> { [0] = 1 } });
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
    public void What_does_not_fit_is_refused_by_its_place()
    {
        using var world = new EnergyWorld(1);
        Assert.Contains("regions[0][0].tokens[0]", Refused([[new GuidedRegion(new NormalizedBox(0, 0, 1, 1), 0)]]), StringComparison.Ordinal);
        Assert.Contains("regions[0][0].tokens[0]", Refused([[new GuidedRegion(new NormalizedBox(0, 0, 1, 1), EnergyWorld.Tokens - 1)]]), StringComparison.Ordinal);
        Assert.Contains("regions[0][0].boxes[0]", Refused([[new GuidedRegion(new NormalizedBox(0, 0, 2, 1), 2)]]), StringComparison.Ordinal);
        Assert.Contains("2 images", Refused([[], []]), StringComparison.Ordinal);
        Assert.Contains("StepSize", Refused([[]], new BoxDiffOptions { StepSize = -1 }), StringComparison.Ordinal);
        Assert.Contains("attends to text at 1, 2", Refused([[]], new BoxDiffOptions { GridScale = 4 }), StringComparison.Ordinal);

        string Refused(IReadOnlyList<IReadOnlyList<GuidedRegion>> regions, BoxDiffOptions? options = null) =>
            Assert.Throws<ArgumentException>(() => new BoundBoxDiff(world.Unet, world.Texts, regions, options)).Message;
    }
}
