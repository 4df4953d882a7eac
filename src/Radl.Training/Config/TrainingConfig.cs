using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;

namespace Radl.Training.Config;

/// <summary>One training run: a JSON file with snake_case names. Paths are relative to the file.</summary>
public sealed record TrainingConfig
{
    /// <summary><c>vae</c>, <c>base</c>, <c>adapter</c> or <c>clip</c>.</summary>
    [JsonRequired]
    public string Stage { get; set; } = "";

    /// <summary>Model folder: earlier stages are read from it, the result is written into it.</summary>
    [JsonRequired]
    public string Model { get; set; } = "";

    /// <summary>Folder of checkpoints, logs and sample grids.</summary>
    [JsonRequired]
    public string Run { get; set; } = "";

    /// <summary>Fixes initialisation, data and noise.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>Begin with the weights that the model folder has, instead of fresh ones; the optimiser begins anew.</summary>
    public bool Continue { get; set; }

    [Range(1, long.MaxValue)]
    public long Steps { get; set; } = 1000;

    /// <summary>Samples of one step, all workers together.</summary>
    [Range(1, 65536)]
    public int Batch { get; set; } = 32;

    /// <summary>Threads that each take an equal share of the batch, with one-threaded ops; their gradients are added.</summary>
    [Range(1, 256)]
    public int Workers { get; set; } = 1;

    [Range(0, 1)]
    public double LearningRate { get; set; } = 1e-3;

    [Range(0, long.MaxValue)]
    public long WarmupSteps { get; set; } = 100;

    /// <summary><c>constant</c> or <c>cosine</c>.</summary>
    public string Schedule { get; set; } = "cosine";

    [Range(0, 1)]
    public double Beta1 { get; set; } = 0.9;

    [Range(0, 1)]
    public double Beta2 { get; set; } = 0.99;

    [Range(0, 1)]
    public double WeightDecay { get; set; } = 0.01;

    /// <summary>Largest norm of all gradients together; 0 does not clip.</summary>
    [Range(0, double.MaxValue)]
    public double ClipNorm { get; set; } = 1;

    /// <summary>Decay of the weights' average.</summary>
    [Range(0, 1)]
    public double Ema { get; set; } = 0.998;

    /// <summary><c>bf16</c> or <c>fp32</c>: the type of weights and activations; masters are always fp32.</summary>
    public string Dtype { get; set; } = "bf16";

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>auto</c>.</summary>
    public string Device { get; set; } = "cpu";

    [Range(1, long.MaxValue)]
    public long LogEvery { get; set; } = 20;

    [Range(1, long.MaxValue)]
    public long SampleEvery { get; set; } = 1000;

    [Range(1, long.MaxValue)]
    public long CheckpointEvery { get; set; } = 500;

    /// <summary>The codec's sizes, for stage <c>vae</c>.</summary>
    public VaeConfig? Vae { get; set; }

    /// <summary>Train the codec's decoder only, so that latents, and what was trained on them, stay valid.</summary>
    public bool FreezeEncoder { get; set; }

    /// <summary>Weights of the codec's losses, for stage <c>vae</c>.</summary>
    public VaeLossConfig VaeLoss { get; set; } = new();

    /// <summary>
    /// For the stages <c>base</c> and <c>adapter</c>: weight of the cross entropies by which linear readings of the U-Net's features tell what is drawn at
    /// every cell. The readings are not part of the model. 0 trains by the velocity alone.
    /// </summary>
    [Range(0, double.MaxValue)]
    public double ProbeWeight { get; set; }

    /// <summary>
    /// For the stages <c>base</c> and <c>adapter</c>: computes most of the U-Net again in the backward pass instead of keeping what it computed, so that larger batches
    /// and models fit, at a third more time. The gradients are the same.
    /// </summary>
    public bool GradientCheckpointing { get; set; }

    /// <summary>The U-Net's sizes, for stage <c>base</c>.</summary>
    public UNetConfig? Unet { get; set; }

    /// <summary>The text encoder's sizes, for stage <c>base</c>.</summary>
    public ClipTextConfig? TextEncoder { get; set; }

    /// <summary>What the base and the adapters learn from.</summary>
    public ToyDataConfig Data { get; set; } = new();

    /// <summary>The towers' sizes, for stage <c>clip</c>.</summary>
    public ClipConfig? Clip { get; set; }

    /// <summary>What stage <c>clip</c> learns from; of <see cref="Data"/> it takes the scenes through the codec, the share of crops and the counts.</summary>
    public ClipDataConfig ClipData { get; set; } = new();

    /// <summary>The adapter's method, for stage <c>adapter</c>: <c>radl</c>, <c>migc</c> or <c>gligen</c>.</summary>
    public string Method { get; set; } = "radl";

    /// <summary>Name of the adapter's folder among the model's adapters; empty is the method's name. Variants and further seeds have names of their own.</summary>
    public string Adapter { get; set; } = "";

    /// <summary>What the relation branch is told, for stage <c>adapter</c>: <c>verb</c>, the scene's verb phrase, <c>roles</c>, the verb phrase between its two labels, or <c>prompt</c>, the whole prompt.</summary>
    public string RelationText { get; set; } = "verb";

    /// <summary>Sites, widths and choices of a RaDL adapter; null takes the bottleneck and the level above it.</summary>
    public RadlConfig? Radl { get; set; }

    /// <summary>Sites, widths and choices of a MIGC adapter; null takes the bottleneck and the level above it.</summary>
    public MigcConfig? Migc { get; set; }

    /// <summary>Blocks and widths of a GLIGEN adapter; null takes every transformer block.</summary>
    public GligenConfig? Gligen { get; set; }

    /// <summary>
    /// For method <c>gligen</c>: share of steps whose whole batch has no layout, so that the null tokens learn what the unconditional rows of a picture need.
    /// </summary>
    [Range(0, 1)]
    public double EmptyLayouts { get; set; } = 0.1;

    /// <summary>
    /// For method <c>gligen</c>: weight of the divergence by which the fusers' attention must find the instance whose box a pixel lies in. Only training
    /// knows of it. 0 trains by the velocity alone, as the paper does.
    /// </summary>
    [Range(0, double.MaxValue)]
    public double GroundingWeight { get; set; }
}

/// <summary>Weights of the codec's losses.</summary>
public sealed record VaeLossConfig
{
    /// <summary>Mean squared error: it finds colours sooner than the absolute error.</summary>
    [Range(0, double.MaxValue)]
    public double Squared { get; set; } = 1;

    /// <summary>Mean absolute error.</summary>
    [Range(0, double.MaxValue)]
    public double Absolute { get; set; } = 1;

    /// <summary>Mean absolute error of horizontal and vertical differences: crisp edges.</summary>
    [Range(0, double.MaxValue)]
    public double Gradient { get; set; } = 0.5;

    /// <summary>Divergence from the standard normal, mean over elements.</summary>
    [Range(0, double.MaxValue)]
    public double Kl { get; set; } = 1e-4;
}

/// <summary>The mixture of Toybox scenes that the base and the adapters see.</summary>
public sealed record ToyDataConfig
{
    /// <summary>Different scenes; each is encoded once and then comes from memory.</summary>
    [Range(1, int.MaxValue)]
    public int Scenes { get; set; } = 16384;

    /// <summary>Different single-object crops at a quarter of the area.</summary>
    [Range(0, int.MaxValue)]
    public int Crops { get; set; } = 8192;

    /// <summary>Share of steps that train on crops.</summary>
    [Range(0, 1)]
    public double CropShare { get; set; }

    /// <summary>Different pairs of a subject and an object with a verb, at half of the area.</summary>
    [Range(0, int.MaxValue)]
    public int Pairs { get; set; } = 8192;

    /// <summary>Share of steps that train on pairs; steps that train on neither crops nor pairs train on whole scenes.</summary>
    [Range(0, 1)]
    public double PairShare { get; set; }

    /// <summary>Weights of scenes with 1, 2, ... instances.</summary>
    public IReadOnlyList<double> CountWeights { get; set; } = [.25, .35, .14, .10, .08, .08];

    /// <summary>Share of prompts that are replaced by the empty one, for classifier-free guidance.</summary>
    [Range(0, 1)]
    public double EmptyPrompts { get; set; } = 0.1;

    /// <summary>
    /// For stage <c>adapter</c>: share of scenes whose prompt lists the instances and leaves out the verb, so that nothing but the relation branch can tell it.
    /// </summary>
    [Range(0, 1)]
    public double VerblessPrompts { get; set; }

    /// <summary>
    /// Time steps are floor(T u^p) of a uniform u: 1 draws them evenly, less than 1 draws noisy ones more often, which is where
    /// outlines and poses are decided.
    /// </summary>
    [Range(0.1, 10)]
    public double TimestepPower { get; set; } = 1;
}
