using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Radl.Layout.Generation;
using Radl.Layout.Scenes;
using Radl.Studio.Drawing;
using Radl.Studio.Jobs;

namespace Radl.Studio.Api;

/// <summary>From a body to a request with every default filled in. What is unknown or out of range is an error with its path.</summary>
/// <param name="catalog">The models that may be named.</param>
/// <param name="memory">Refuses what cannot fit.</param>
internal sealed class GenerationReader(ModelCatalog catalog, MemoryNeed memory)
{
    private static readonly string[] SettingsFields =
        ["method", "steps", "control_steps", "guidance", "scheduler", "model", "attention_maps", "preview_every", "count", "seed", "token_merging", "vae_tiling"];

    /// <summary>Reads <c>{"scene", "settings"}</c>.</summary>
    public JobRequest Read(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonSyntax.Parse(RequestBody.Name, body);
            var root = new SceneJson(RequestBody.Name, "$", document.RootElement);
            Dictionary<string, SceneJson> fields = root.Fields("scene", "settings");
            if (!fields.TryGetValue("scene", out SceneJson sceneJson))
            {
                throw new RequestException(StatusCodes.Status400BadRequest, "is required", "scene");
            }
            Scene scene = ReadScene(sceneJson, "scene.");
            RequestBody.RequireSmallWithoutMasks(body.Length, scene);
            Dictionary<string, SceneJson> settings = fields.TryGetValue("settings", out SceneJson json) && json.Kind != JsonValueKind.Null ? json.Fields(SettingsFields) : [];
            return ReadSettings(settings, scene);
        }
        catch (SceneFormatException error)
        {
            throw RequestException.Of(error);
        }
    }

    /// <summary>Reads a scene that stands alone.</summary>
    public static Scene ReadScene(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonSyntax.Parse(RequestBody.Name, body);
            Scene scene = ReadScene(new SceneJson(RequestBody.Name, "$", document.RootElement), "");
            RequestBody.RequireSmallWithoutMasks(body.Length, scene);
            return scene;
        }
        catch (SceneFormatException error)
        {
            throw RequestException.Of(error);
        }
    }

    /// <summary>Fills in what a request leaves open, and checks what the model can do.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="wanted">What is asked for.</param>
    public JobRequest Complete(Scene scene, WantedSettings wanted)
    {
        CatalogModel model = wanted.Model is null ? catalog.Default
            : catalog.Find(wanted.Model) ?? throw Bad("model", $"'{wanted.Model}' is not one of {string.Join(", ", catalog.Models.Select(known => known.Name))}");
        string method = wanted.Method ?? model.DefaultMethod;
        GenerationSettings settings = new GenerationSettings { Method = method } with
        {
            ControlSteps = wanted.ControlSteps,
            Guidance = wanted.Guidance ?? model.Guidance ?? new GenerationSettings().Guidance,
            Scheduler = wanted.Scheduler ?? new GenerationSettings().Scheduler,
            Steps = wanted.Steps ?? new GenerationSettings().Steps,
            TokenMerging = wanted.TokenMerging ?? 0,
            VaeTiling = wanted.VaeTiling ?? false,
        };
        Check(settings);
        if (!model.Methods.Contains(method))
        {
            throw Bad("method", $"'{method}' has no adapter in model '{model.Name}', which has {string.Join(", ", model.Methods)}");
        }
        memory.Check(model, scene, settings.VaeTiling);
        int count = InRange("count", wanted.Count ?? 1, 1, JobRequest.MostPictures);
        long seed = wanted.Seed ?? scene.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        return new JobRequest
        {
            Scene = scene,
            Model = model.Name,
            Settings = settings with { ControlSteps = settings.ResolvedControlSteps },
            Seed = seed >= 0 && seed <= long.MaxValue - count ? seed : throw Bad("seed", FormattableString.Invariant($"({seed}) must lie in [0, {long.MaxValue - count}]")),
            Count = count,
            PreviewEvery = InRange("preview_every", wanted.PreviewEvery ?? JobRequest.UsualPreviewEvery, 0, GenerationSettings.MostSteps),
            AttentionMaps = wanted.AttentionMaps ?? false,
        };
    }

    private static Scene ReadScene(SceneJson json, string prefix)
    {
        // Without a folder a mask that names a file is refused: nothing on the network names files of this machine.
        Scene scene = new SceneParser(maskFolder: null).Read(json);
        return SceneRules.FirstViolation(scene) is var (path, rule) ? throw new RequestException(StatusCodes.Status400BadRequest, rule, prefix + path) : scene;
    }

    private static void Check(GenerationSettings settings)
    {
        try
        {
            settings.Validate();
        }
        catch (ArgumentException error)
        {
            // "control-steps (1001) must lie in [0, 1000]": the first word names the setting as the command line does.
            string[] parts = error.Message.Split(' ', 2);
            throw Bad(parts[0].Replace('-', '_'), parts[1].Split(" (Parameter", 2)[0]);
        }
    }

    private static int InRange(string name, int value, int least, int most) => value >= least && value <= most ? value
        : throw Bad(name, FormattableString.Invariant($"({value}) must lie in [{least}, {most}]"));

    private static RequestException Bad(string setting, string rule) => new(StatusCodes.Status400BadRequest, rule, $"settings.{setting}");

    private JobRequest ReadSettings(Dictionary<string, SceneJson> fields, Scene scene)
    {
        return Complete(scene, new WantedSettings
        {
            Method = Given("method")?.Text(),
            Steps = Given("steps")?.SmallInteger(),
            ControlSteps = Given("control_steps")?.SmallInteger(),
            Guidance = Given("guidance")?.Number(),
            Scheduler = Given("scheduler")?.Text(),
            Model = Given("model")?.Text(),
            AttentionMaps = Flag("attention_maps"),
            PreviewEvery = Given("preview_every")?.SmallInteger(),
            Count = Given("count")?.SmallInteger(),
            Seed = Given("seed")?.Integer(),
            TokenMerging = Given("token_merging")?.Number(),
            VaeTiling = Flag("vae_tiling"),
        });

        SceneJson? Given(string name) => fields.TryGetValue(name, out SceneJson field) && field.Kind != JsonValueKind.Null ? field : null;

        bool? Flag(string name) => Given(name) is { } field
            ? field.Kind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw field.Broken("must be true or false") }
            : null;
    }
}

/// <summary>The settings that a request states; null where it leaves them open.</summary>
internal sealed record WantedSettings
{
    public string? Method { get; init; }

    public int? Steps { get; init; }

    public int? ControlSteps { get; init; }

    public double? Guidance { get; init; }

    public string? Scheduler { get; init; }

    public string? Model { get; init; }

    public bool? AttentionMaps { get; init; }

    public int? PreviewEvery { get; init; }

    public int? Count { get; init; }

    public long? Seed { get; init; }

    public double? TokenMerging { get; init; }

    public bool? VaeTiling { get; init; }
}
