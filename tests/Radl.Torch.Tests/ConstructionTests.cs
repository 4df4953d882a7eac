namespace Radl.Torch.Tests;

public sealed class ConstructionTests : TensorTest
{
    [Fact]
    public void What_is_kept_by_a_construction_that_fails_is_freed()
    {
        long before = Tensor.LiveCount;

        Assert.Throws<InvalidOperationException>(Fail);

        Assert.Equal(before, Tensor.LiveCount);

        static void Fail()
        {
            using var construction = Construction.Begin();
            using var scope = TensorScope.Enter();
            Tensor.Zeros([2]).Keep();
            Tensor.Ones([2]).Keep();
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public void What_is_kept_by_a_finished_construction_stays()
    {
        using Tensor made = Make();

        Assert.Equal([1f, 1f], made.ToArray<float>());

        static Tensor Make()
        {
            using var construction = Construction.Begin();
            using var scope = TensorScope.Enter();
            return construction.Done(Tensor.Ones([2]).Keep());
        }
    }

    [Fact]
    public void A_construction_that_fails_leaves_alone_what_was_kept_before_it()
    {
        using Tensor old = Tensor.Ones([1]);

        Assert.Throws<InvalidOperationException>(Fail);

        Assert.Equal([1f], old.ToArray<float>());

        void Fail()
        {
            using var construction = Construction.Begin();
            old.Keep();
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public void A_construction_that_fails_leaves_alone_what_another_one_finished_within_it()
    {
        Tensor? inner = null;

        Assert.Throws<InvalidOperationException>(Fail);

        Assert.Equal([1f], inner!.ToArray<float>());
        inner.Dispose();

        void Fail()
        {
            using var outer = Construction.Begin();
            using var scope = TensorScope.Enter();
            Tensor.Zeros([3]).Keep();
            using (var construction = Construction.Begin())
            {
                inner = construction.Done(Tensor.Ones([1]).Keep());
            }
            throw new InvalidOperationException();
        }
    }
}
