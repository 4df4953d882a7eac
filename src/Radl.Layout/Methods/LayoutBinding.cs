using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Methods;

/// <summary>How conditions are bound to a method. A method takes what concerns it.</summary>
public sealed record LayoutBinding
{
    /// <summary>Rows in front of the conditional ones that take the negative prompt: the number of scenes under guidance, 0 in training.</summary>
    public int UnconditionalRows { get; init; }

    /// <summary>Classifier-free guidance scale of the run, for a method that makes the step itself.</summary>
    public double Guidance { get; init; } = 7.5;

    /// <summary>Options of every pass through the U-Net, for a method that makes passes of its own; null for none.</summary>
    public UNetOptions? Options { get; init; }

    /// <summary>Steps that are controlled, from the first on: half of them in the paper (30 of 60).</summary>
    public int ControlSteps { get; init; } = 30;

    /// <summary>
    /// Steps, from the first on, in which MIGC's fuser without parameters acts at every text cross-attention where no layer
    /// does. Null, the default, leaves it to the adapter's config.
    /// </summary>
    public int? NaiveFuserSteps { get; init; }

    /// <summary>
    /// An order of the middle slots, as the references draw anew at every call: slot 1 + j holds middle entry
    /// <c>Permutation[j]</c> of [instances, nulls] (in RaDL [instances, layout, nulls]; without a background phase slot j). Null leaves it to the adapter's config,
    /// which keeps the order unless it says otherwise.
    /// </summary>
    public IReadOnlyList<int>? Permutation { get; init; }

    /// <summary>Computes every instance at every pixel, not only inside its region: the same result at more cost, for traces.</summary>
    public bool EveryPixel { get; init; }

    /// <summary>
    /// Pads the instances' lists of pixels to a multiple of this. In training, where every step has other regions, shapes then come
    /// back and libtorch need not make kernels for new ones. Null, the default, fills the vectors of libtorch's softmax on a CPU, which takes what is left
    /// of a row element by element, and pads nothing elsewhere. The result is the same.
    /// </summary>
    public int? RegionMultiple { get; init; }

    /// <summary>Collects fusion weights and verb attention while the picture is made; null collects nothing.</summary>
    public LayoutAttentionMaps? Maps { get; init; }

    /// <summary>Pixels of a grid up to which all pairs of them stand in memory at once; larger ones are attended over group by group and block by block. The result is the same.</summary>
    internal int DensePixels { get; init; } = 32 * 32;

    internal int RegionMultipleFor(DType dtype, Device device) => RegionMultiple ?? SoftmaxRow.Vector(dtype, device);

    internal void Check(InstanceConfig config)
    {
        if (ControlSteps < 0)
        {
            throw new ArgumentException($"ControlSteps is {ControlSteps}; it cannot be negative");
        }
        if (NaiveFuserSteps < 0)
        {
            throw new ArgumentException($"NaiveFuserSteps is {NaiveFuserSteps}; it cannot be negative");
        }
        if (RegionMultiple < 1)
        {
            throw new ArgumentException($"RegionMultiple is {RegionMultiple}; it must be 1 or more");
        }
        int middle = config.MiddleSlots;
        if (Permutation is not null && !Permutation.Order().SequenceEqual(Enumerable.Range(0, middle)))
        {
            throw new ArgumentException($"Permutation is not an order of 0 to {middle - 1}");
        }
    }
}
