namespace Radl.Torch.Tests;

public sealed class GradientCheckpointTests : TensorTest
{
    // d/dx of sum((w x)^2) is 2 w^2 x, of w 2 w x^2: by hand.
    [Fact]
    public void Gradients_of_inputs_and_parameters_are_those_of_the_formula()
    {
        using var scope = TensorScope.Enter();
        Tensor x = Tensor.From(1f, 2, 3);
        Tensor w = Tensor.From(2f, -1, 0.5f);
        x.RequiresGrad = true;
        w.RequiresGrad = true;
        GradientCheckpoint.Run(inputs => (inputs[0] * w).Square(), x).Sum().Backward();
        Assert.Equal([8, 4, 1.5f], x.Grad!.ToArray<float>());
        Assert.Equal([4, -8, 9], w.Grad!.ToArray<float>());
    }

    [Fact]
    public void A_chain_of_checkpoints_gives_the_very_bits_of_the_chain_without()
    {
        float[][] plain = Gradients((piece, inputs) => piece(inputs));
        float[][] checkpointed = Gradients(GradientCheckpoint.Run);
        Assert.Equal(plain, checkpointed);
    }

    [Fact]
    public void What_a_piece_computes_on_the_way_is_kept_by_nobody_and_made_once_more()
    {
        using var scope = TensorScope.Enter();
        Tensor x = Tensor.From(1f, 2, 3);
        x.RequiresGrad = true;
        int calls = 0;
        long before = Tensor.LiveCount;
        Tensor y = GradientCheckpoint.Run(
            inputs =>
            {
                calls++;
                return inputs[0].Exp().Sin().Cos();
            },
            x);
        Assert.Equal(before + 1, Tensor.LiveCount);
        Assert.Equal(1, calls);
        Tensor?[] gradients = Autograd.Gradients(y.Sum(), [x]);
        Assert.Equal(2, calls);
        Assert.NotNull(gradients[0]);
    }

    [Fact]
    public void Without_recording_a_piece_is_a_plain_call()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Tensor x = Tensor.From(1f, 2);
        x.RequiresGrad = true;
        Assert.False(GradientCheckpoint.Run(inputs => inputs[0] * 2, x).RequiresGrad);
    }

    [Fact]
    public void Inputs_that_need_no_gradient_get_none_and_parameters_behind_them_still_do()
    {
        using var scope = TensorScope.Enter();
        Tensor x = Tensor.From(3f);
        Tensor w = Tensor.From(2f);
        w.RequiresGrad = true;
        GradientCheckpoint.Run(inputs => inputs[0] * w, x).Sum().Backward();
        Assert.Null(x.Grad);
        Assert.Equal([3], w.Grad!.ToArray<float>());
    }

    [Fact]
    public void An_error_while_computing_again_is_the_backward_passs_error()
    {
        using var scope = TensorScope.Enter();
        Tensor x = Tensor.From(1f);
        x.RequiresGrad = true;
        int calls = 0;
        Tensor y = GradientCheckpoint.Run(inputs => ++calls == 1 ? inputs[0] * 2 : throw new InvalidOperationException("the second time fails"), x);
        var error = Assert.Throws<TorchException>(() => y.Sum().Backward());
        Assert.Contains("the second time fails", error.Message, StringComparison.Ordinal);
    }

    private static float[][] Gradients(Func<Func<Tensor[], Tensor>, Tensor[], Tensor> run)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(1);
        Tensor[] weights = [.. Enumerable.Range(0, 3).Select(_ => Tensor.Randn([8, 8], generator))];
        Tensor x = Tensor.Randn([5, 8], generator);
        Tensor side = Tensor.Randn([5, 8], generator);
        foreach (Tensor leaf in weights.Append(x).Append(side))
        {
            leaf.RequiresGrad = true;
        }
        Tensor hidden = x;
        foreach (Tensor weight in weights)
        {
            // The side input is used by every piece, so that its gradients add up.
            hidden = run(inputs => inputs[0].MatMul(weight).Gelu() + (inputs[1] * inputs[0]).Sigmoid(), [hidden, side]);
        }
        hidden.Square().Sum().Backward();
        return [.. weights.Append(x).Append(side).Select(leaf => leaf.Grad!.ToArray<float>())];
    }
}
