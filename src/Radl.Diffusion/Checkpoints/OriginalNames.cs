namespace Radl.Diffusion.Checkpoints;

/// <summary>
/// Parameter names of the original Stable Diffusion 1.x code, and diffusers' for the same: four levels, two ResNet blocks per level on the
/// way down and three on the way up, attention on all levels but the coarsest. Widths do not matter.
/// </summary>
public static class OriginalNames
{
    /// <summary>What stands in front of the U-Net's names in a single-file checkpoint.</summary>
    public const string UnetPrefix = "model.diffusion_model.";

    /// <summary>What stands in front of the VAE's.</summary>
    public const string VaePrefix = "first_stage_model.";

    /// <summary>What stands in front of the text encoder's.</summary>
    public const string TextPrefix = "cond_stage_model.transformer.";

    private const string TextModel = "text_model.";
    private const int Levels = 4;
    private const int Layers = 2;

    private static readonly NameTable UnetTable = MakeUnet();
    private static readonly NameTable VaeTable = MakeVae();

    /// <summary>diffusers' name of a U-Net parameter, e.g. <c>down_blocks.0.resnets.0.norm1.weight</c> for <c>input_blocks.1.0.in_layers.0.weight</c>.</summary>
    /// <returns>Null for a name that the original U-Net does not have.</returns>
    public static string? UnetToDiffusers(string original) => UnetTable.There(original);

    /// <summary>The original name of a U-Net parameter; null for a name that diffusers' does not have.</summary>
    public static string? UnetToOriginal(string diffusers) => UnetTable.Back(diffusers);

    /// <summary>diffusers' name of a VAE parameter. The attention's projections are 1x1 convolutions in the original, matrices in diffusers.</summary>
    /// <returns>Null for a name that the original VAE does not have.</returns>
    public static string? VaeToDiffusers(string original) => VaeTable.There(original);

    /// <summary>The original name of a VAE parameter; null for a name that diffusers' does not have.</summary>
    public static string? VaeToOriginal(string diffusers) => VaeTable.Back(diffusers);

    /// <summary>The text encoder's names are transformers' own in both layouts; some files lack the segment <c>text_model.</c> in front.</summary>
    public static string TextToDiffusers(string original)
    {
        ArgumentNullException.ThrowIfNull(original);
        return original.StartsWith(TextModel, StringComparison.Ordinal) ? original : TextModel + original;
    }

    private static NameTable MakeUnet()
    {
        var table = new NameTable();
        table.Add("time_embed.0", "time_embedding.linear_1");
        table.Add("time_embed.2", "time_embedding.linear_2");
        table.Add("input_blocks.0.0", "conv_in");
        table.Add("out.0", "conv_norm_out");
        table.Add("out.2", "conv_out");
        for (int i = 0; i < Levels; i++)
        {
            bool hasAttention = i < Levels - 1;
            for (int j = 0; j < Layers; j++)
            {
                int input = ((Layers + 1) * i) + j + 1;
                AddResnet(table, $"input_blocks.{input}.0", $"down_blocks.{i}.resnets.{j}");
                if (hasAttention)
                {
                    table.Add($"input_blocks.{input}.1", $"down_blocks.{i}.attentions.{j}");
                }
            }
            if (i < Levels - 1)
            {
                table.Add($"input_blocks.{(Layers + 1) * (i + 1)}.0.op", $"down_blocks.{i}.downsamplers.0.conv");
            }
        }
        AddResnet(table, "middle_block.0", "mid_block.resnets.0");
        table.Add("middle_block.1", "mid_block.attentions.0");
        AddResnet(table, "middle_block.2", "mid_block.resnets.1");
        for (int i = 0; i < Levels; i++)
        {
            bool hasAttention = i > 0;
            for (int j = 0; j <= Layers; j++)
            {
                int output = ((Layers + 1) * i) + j;
                AddResnet(table, $"output_blocks.{output}.0", $"up_blocks.{i}.resnets.{j}");
                if (hasAttention)
                {
                    table.Add($"output_blocks.{output}.1", $"up_blocks.{i}.attentions.{j}");
                }
            }
            if (i < Levels - 1)
            {
                table.Add($"output_blocks.{((Layers + 1) * i) + Layers}.{(hasAttention ? 2 : 1)}.conv", $"up_blocks.{i}.upsamplers.0.conv");
            }
        }
        return table;
    }

    private static void AddResnet(NameTable table, string original, string diffusers)
    {
        table.Add($"{original}.in_layers.0", $"{diffusers}.norm1");
        table.Add($"{original}.in_layers.2", $"{diffusers}.conv1");
        table.Add($"{original}.emb_layers.1", $"{diffusers}.time_emb_proj");
        table.Add($"{original}.out_layers.0", $"{diffusers}.norm2");
        table.Add($"{original}.out_layers.3", $"{diffusers}.conv2");
        table.Add($"{original}.skip_connection", $"{diffusers}.conv_shortcut");
    }

    private static NameTable MakeVae()
    {
        var table = new NameTable();
        table.Add("quant_conv", "quant_conv");
        table.Add("post_quant_conv", "post_quant_conv");
        foreach (string half in (string[])["encoder", "decoder"])
        {
            table.Add($"{half}.conv_in", $"{half}.conv_in");
            table.Add($"{half}.norm_out", $"{half}.conv_norm_out");
            table.Add($"{half}.conv_out", $"{half}.conv_out");
            AddVaeResnet(table, $"{half}.mid.block_1", $"{half}.mid_block.resnets.0");
            AddVaeAttention(table, $"{half}.mid.attn_1", $"{half}.mid_block.attentions.0");
            AddVaeResnet(table, $"{half}.mid.block_2", $"{half}.mid_block.resnets.1");
        }
        for (int i = 0; i < Levels; i++)
        {
            for (int j = 0; j < Layers; j++)
            {
                AddVaeResnet(table, $"encoder.down.{i}.block.{j}", $"encoder.down_blocks.{i}.resnets.{j}");
            }
            // The original counts the decoder's levels from the picture, diffusers from the latents.
            for (int j = 0; j <= Layers; j++)
            {
                AddVaeResnet(table, $"decoder.up.{Levels - 1 - i}.block.{j}", $"decoder.up_blocks.{i}.resnets.{j}");
            }
            if (i < Levels - 1)
            {
                table.Add($"encoder.down.{i}.downsample.conv", $"encoder.down_blocks.{i}.downsamplers.0.conv");
                table.Add($"decoder.up.{Levels - 1 - i}.upsample.conv", $"decoder.up_blocks.{i}.upsamplers.0.conv");
            }
        }
        return table;
    }

    private static void AddVaeResnet(NameTable table, string original, string diffusers)
    {
        foreach (string layer in (string[])["norm1", "conv1", "norm2", "conv2"])
        {
            table.Add($"{original}.{layer}", $"{diffusers}.{layer}");
        }
        table.Add($"{original}.nin_shortcut", $"{diffusers}.conv_shortcut");
    }

    private static void AddVaeAttention(NameTable table, string original, string diffusers)
    {
        table.Add($"{original}.norm", $"{diffusers}.group_norm");
        table.Add($"{original}.q", $"{diffusers}.to_q");
        table.Add($"{original}.k", $"{diffusers}.to_k");
        table.Add($"{original}.v", $"{diffusers}.to_v");
        table.Add($"{original}.proj_out", $"{diffusers}.to_out.0");
    }
}
