using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Lora;
using Radl.Layout.Scenes;
using Radl.Torch.IO;

namespace Radl.Layout.Generation;

/// <summary>Everything that a picture was made of. It lies in the PNG's metadata and makes the same picture again.</summary>
public sealed record PictureRecipe
{
    /// <summary>Keyword of the metadata.</summary>
    public const string Keyword = "radl";

    private const int MostThreads = 1024;

    /// <summary>Version of the program.</summary>
    public string Version { get; init; } = ProgramVersion;

    /// <summary>The model, by a name that finds it again.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of its weights.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>Type of the U-Net: fp32, bf16 or fp16.</summary>
    public required string DType { get; init; }

    /// <summary>Where it was computed: cpu or cuda.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of an op: they decide the order of sums, and so the last bits.</summary>
    public required int Threads { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>The settings.</summary>
    public required GenerationSettings Settings { get; init; }

    /// <summary>LoRAs that were merged into the model, in this order.</summary>
    public IReadOnlyList<LoraUse> Loras { get; init; } = [];

    /// <summary>The scene; mask pictures are embedded.</summary>
    public required Scene Scene { get; init; }

    /// <summary>Version of this build.</summary>
    public static string ProgramVersion { get; } = typeof(PictureRecipe).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>As PNG metadata.</summary>
    public KeyValuePair<string, string> ToText() => new(Keyword, ToJson());

    /// <summary>As JSON on one line; the same recipe gives the same text.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("version", Version);
            json.WriteString("model", Model);
            json.WriteString("weights_sha256", WeightsHash);
            json.WriteString("dtype", DType);
            json.WriteString("device", Device);
            json.WriteNumber("threads", Threads);
            json.WriteString("method", Settings.Method);
            json.WriteNumber("steps", Settings.Steps);
            json.WriteNumber("control_steps", Settings.ResolvedControlSteps);
            json.WriteNumber("guidance", Settings.Guidance);
            json.WriteString("scheduler", Settings.Scheduler);
            WriteLoras(json);
            // Absent where nothing is merged or tiled, as in pictures from before these settings.
            if (Settings.TokenMerging > 0)
            {
                json.WriteNumber("token_merging", Settings.TokenMerging);
            }
            if (Settings.VaeTiling)
            {
                json.WriteBoolean("vae_tiling", true);
            }
            json.WriteNumber("seed", Seed);
            json.WritePropertyName("scene");
            json.WriteRawValue(SceneWriter.ToJson(Scene, isIndented: false));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads the recipe of a picture.</summary>
    /// <param name="path">A PNG file that this program wrote.</param>
    /// <exception cref="InvalidDataException">The picture holds no recipe, or a broken one.</exception>
    /// <exception cref="FormatException">Not a PNG file, or its scene breaks a rule.</exception>
    public static PictureRecipe Read(string path) => PngReader.Read(path).Texts.TryGetValue(Keyword, out string? text)
        ? Parse(text, path)
        : throw new InvalidDataException($"{path}: the picture does not hold how it was made (no '{Keyword}' in its metadata); only pictures of this program can be made again");

    /// <summary>Reads a recipe from JSON.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call it.</param>
    public static PictureRecipe Parse(string text, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            return new PictureRecipe
            {
                Version = Text("version"),
                Model = Text("model"),
                WeightsHash = Text("weights_sha256"),
                DType = Text("dtype"),
                Device = Text("device"),
                Threads = root.GetProperty("threads").GetInt32() is >= 1 and <= MostThreads and var threads ? threads
                    : throw new InvalidDataException($"{name}: {Keyword}: threads must lie in [1, {MostThreads}]"),
                Seed = root.GetProperty("seed").GetInt64(),
                Settings = new GenerationSettings
                {
                    Method = Text("method"),
                    Steps = root.GetProperty("steps").GetInt32(),
                    ControlSteps = root.GetProperty("control_steps").GetInt32(),
                    Guidance = root.GetProperty("guidance").GetDouble(),
                    Scheduler = Text("scheduler"),
                    TokenMerging = root.TryGetProperty("token_merging", out JsonElement merging) ? merging.GetDouble() : 0,
                    VaeTiling = root.TryGetProperty("vae_tiling", out JsonElement tiling) && tiling.GetBoolean(),
                },
                Loras = root.TryGetProperty("loras", out JsonElement loras) ? [.. loras.EnumerateArray().Select(lora => new LoraUse(
                    lora.GetProperty("file").GetString() ?? throw new InvalidDataException($"{name}: {Keyword}: loras: file is null"),
                    lora.GetProperty("strength").GetDouble(),
                    lora.GetProperty("sha256").GetString() ?? ""))] : [],
                Scene = SceneReader.Parse(root.GetProperty("scene").GetRawText(), $"{name}: scene"),
            };

            string Text(string field) => root.GetProperty(field).GetString() ?? throw new InvalidDataException($"{name}: {Keyword}: {field} is null");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or (FormatException and not BrokenFileException))
        {
            throw new InvalidDataException($"{name}: {Keyword}: the metadata is not a recipe of this program: {error.Message}", error);
        }
    }

    // Without a LoRA the text is what it was before there were any, and so are a picture's bytes.
    private void WriteLoras(Utf8JsonWriter json)
    {
        if (Loras.Count == 0)
        {
            return;
        }
        json.WriteStartArray("loras");
        foreach (LoraUse lora in Loras)
        {
            json.WriteStartObject();
            json.WriteString("file", lora.File);
            json.WriteNumber("strength", lora.Strength);
            json.WriteString("sha256", lora.Hash);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
