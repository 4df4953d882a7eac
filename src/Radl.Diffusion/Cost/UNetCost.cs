using Radl.Diffusion.UNet;

namespace Radl.Diffusion.Cost;

/// <summary>What one sample costs in the U-Net, counted from its config by the shapes of its layers.</summary>
/// <param name="Levels">By level, the finest grid first. A change of grid counts where its result lies.</param>
/// <param name="TextBinding">Keys and values of the text at every site: computed once per scene, and in none of the levels.</param>
public sealed record UNetCost(IReadOnlyList<UNetLevelCost> Levels, Flops TextBinding)
{
    /// <summary>One sample in one step, without <see cref="TextBinding"/>.</summary>
    public Flops Step => Levels.Aggregate(default(Flops), (sum, level) => sum + level.Flops);

    /// <summary>Counts.</summary>
    /// <param name="config">The U-Net.</param>
    /// <param name="height">Rows of the latents.</param>
    /// <param name="width">Columns of the latents.</param>
    /// <param name="textTokens">Tokens of the text.</param>
    public static UNetCost Of(UNetConfig config, int height, int width, int textTokens)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new Counter(config, height, width, textTokens).Count();
    }

    private sealed class Counter
    {
        private readonly UNetConfig _config;
        private readonly int _textTokens;
        private readonly (int Height, int Width)[] _grids;
        private readonly Flops[] _levels;
        private Flops _binding;

        public Counter(UNetConfig config, int height, int width, int textTokens)
        {
            _config = config;
            _textTokens = textTokens;
            _levels = new Flops[config.BlockOutChannels.Count];
            _grids = new (int, int)[_levels.Length];
            for (int level = 0; level < _levels.Length; level++)
            {
                _grids[level] = (height, width);
                (height, width) = ((height + 1) / 2, (width + 1) / 2);
            }
        }

        public UNetCost Count()
        {
            IReadOnlyList<int> widths = _config.BlockOutChannels;
            int last = widths.Count - 1;
            int embedding = _config.TimeEmbedDim;
            Conv(0, _config.InChannels, widths[0], 3);
            _levels[0] += Flops.OfLinear(widths[0], embedding, 1) + Flops.OfLinear(embedding, embedding, 1);

            int channels = widths[0];
            var skips = new Stack<int>([channels]);
            for (int level = 0; level <= last; level++)
            {
                for (int layer = 0; layer < _config.LayersPerBlock; layer++)
                {
                    Resnet(level, channels, widths[level]);
                    channels = widths[level];
                    Transformer(level, channels, _config.DownBlockTypes[level] == "CrossAttnDownBlock2D");
                    skips.Push(channels);
                }
                if (level < last)
                {
                    Conv(level + 1, channels, channels, 3);
                    skips.Push(channels);
                }
            }
            Resnet(last, channels, channels);
            Transformer(last, channels, attends: true);
            Resnet(last, channels, channels);
            for (int level = last; level >= 0; level--)
            {
                for (int layer = 0; layer <= _config.LayersPerBlock; layer++)
                {
                    Resnet(level, channels + skips.Pop(), widths[level]);
                    channels = widths[level];
                    Transformer(level, channels, _config.UpBlockTypes[last - level] == "CrossAttnUpBlock2D");
                }
                if (level > 0)
                {
                    Conv(level - 1, channels, channels, 3);
                }
            }
            Conv(0, channels, _config.OutChannels, 3);
            return new UNetCost([.. _levels.Select((flops, level) => new UNetLevelCost(_grids[level].Height, _grids[level].Width, flops))], _binding);
        }

        private long Pixels(int level) => (long)_grids[level].Height * _grids[level].Width;

        private void Conv(int level, int inChannels, int outChannels, int kernel) => _levels[level] += Flops.Conv(inChannels, outChannels, kernel, Pixels(level));

        private void Resnet(int level, int inChannels, int outChannels)
        {
            Conv(level, inChannels, outChannels, 3);
            Conv(level, outChannels, outChannels, 3);
            _levels[level] += Flops.OfLinear(_config.TimeEmbedDim, outChannels, 1);
            if (inChannels != outChannels)
            {
                Conv(level, inChannels, outChannels, 1);
            }
        }

        private void Transformer(int level, int channels, bool attends)
        {
            if (!attends)
            {
                return;
            }
            long tokens = Pixels(level);
            Flops projections = _config.UseLinearProjection ? Flops.OfLinear(channels, channels, tokens) : Flops.Conv(channels, channels, 1, tokens);
            // Queries, keys, values and output of the self-attention, query and output of the cross-attention, and GEGLU's eight and four widths.
            Flops linears = Flops.OfLinear(channels, channels, tokens) * (4 + 2 + 8 + 4);
            _levels[level] += (projections * 2) + linears + Flops.OfSelfAttention(tokens, channels) + Flops.OfCrossAttention(tokens, _textTokens, channels);
            _binding += Flops.OfLinear(_config.CrossAttentionDim, channels, _textTokens) * 2;
        }
    }
}

/// <summary>What one level of the U-Net costs.</summary>
/// <param name="Height">Rows of its grid.</param>
/// <param name="Width">Columns of its grid.</param>
/// <param name="Flops">Its products.</param>
public sealed record UNetLevelCost(int Height, int Width, Flops Flops);
