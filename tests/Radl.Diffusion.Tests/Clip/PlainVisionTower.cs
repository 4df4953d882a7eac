using Radl.Torch;

namespace Radl.Diffusion.Tests.Clip;

/// <summary>The vision tower once more, written with loops from the paper's formulas: what the tensors are compared with.</summary>
internal sealed class PlainVisionTower(IReadOnlyDictionary<string, Tensor> parameters, bool quick)
{
    private const int Heads = 2;

    /// <summary>The class token after the last norm. The picture is [3][side][side].</summary>
    public double[] Feature(double[][][] picture, int patch, int layers)
    {
        int perSide = picture[0].Length / patch;
        double[] kernel = Values("vision_model.embeddings.patch_embedding.weight");
        double[] positions = Values("vision_model.embeddings.position_embedding.weight");
        double[] first = Values("vision_model.embeddings.class_embedding");
        int width = first.Length;
        var tokens = new List<double[]> { first };
        for (int row = 0; row < perSide; row++)
        {
            for (int column = 0; column < perSide; column++)
            {
                var token = new double[width];
                for (int o = 0; o < width; o++)
                {
                    for (int c = 0; c < 3; c++)
                    {
                        for (int y = 0; y < patch; y++)
                        {
                            for (int x = 0; x < patch; x++)
                            {
                                token[o] += kernel[(((((o * 3) + c) * patch) + y) * patch) + x] * picture[c][(row * patch) + y][(column * patch) + x];
                            }
                        }
                    }
                }
                tokens.Add(token);
            }
        }
        double[][] hidden = [.. tokens.Select((token, t) => Norm([.. token.Select((value, i) => value + positions[(t * width) + i])], "vision_model.pre_layrnorm"))];
        for (int layer = 0; layer < layers; layer++)
        {
            hidden = Layer(hidden, $"vision_model.encoder.layers.{layer}");
        }
        return Norm(hidden[0], "vision_model.post_layernorm");
    }

    private double[][] Layer(double[][] hidden, string at)
    {
        double[][] normed = [.. hidden.Select(token => Norm(token, $"{at}.layer_norm1"))];
        double[][] queries = [.. normed.Select(token => Linear(token, $"{at}.self_attn.q_proj"))];
        double[][] keys = [.. normed.Select(token => Linear(token, $"{at}.self_attn.k_proj"))];
        double[][] values = [.. normed.Select(token => Linear(token, $"{at}.self_attn.v_proj"))];
        int width = hidden[0].Length;
        int head = width / Heads;
        double[][] result = [.. hidden.Select((token, t) =>
        {
            var joined = new double[width];
            for (int h = 0; h < Heads; h++)
            {
                double[] scores = [.. keys.Select(key => Math.Exp(Enumerable.Range(h * head, head).Sum(i => queries[t][i] * key[i]) / Math.Sqrt(head)))];
                for (int i = h * head; i < (h + 1) * head; i++)
                {
                    joined[i] = scores.Select((score, k) => score * values[k][i]).Sum() / scores.Sum();
                }
            }
            return Add(token, Linear(joined, $"{at}.self_attn.out_proj"));
        })];
        return [.. result.Select(token =>
        {
            double[] inner = [.. Linear(Norm(token, $"{at}.layer_norm2"), $"{at}.mlp.fc1").Select(Activate)];
            return Add(token, Linear(inner, $"{at}.mlp.fc2"));
        })];
    }

    private double Activate(double x) => quick ? x / (1 + Math.Exp(-1.702 * x)) : 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    // The power series, exact to rounding for the small arguments of this test.
    private static double Erf(double x)
    {
        double sum = 0;
        double term = x;
        for (int n = 0; n < 60; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -x * x / (n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private double[] Norm(double[] token, string at)
    {
        double mean = token.Average();
        double deviation = Math.Sqrt(token.Average(value => (value - mean) * (value - mean)) + 1e-5);
        double[] weight = Values($"{at}.weight");
        double[] bias = Values($"{at}.bias");
        return [.. token.Select((value, i) => ((value - mean) / deviation * weight[i]) + bias[i])];
    }

    private double[] Linear(double[] token, string at)
    {
        double[] weight = Values($"{at}.weight");
        return [.. Values($"{at}.bias").Select((bias, o) => bias + token.Select((value, i) => value * weight[(o * token.Length) + i]).Sum())];
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private double[] Values(string name) => parameters[name].ToArray<double>();
}
