using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Radl.Diffusion.Imaging;
using Radl.Layout.Generation;
using Radl.Layout.Relations;
using Radl.Layout.Scenes;
using Radl.Studio.Drawing;
using Radl.Studio.Gallery;
using Radl.Studio.Security;
using Radl.Torch.IO;

namespace Radl.Studio.Api;

/// <summary>Scenes without drawing them: checked, read out of a picture, and the verbs of a prompt.</summary>
internal static class SceneEndpoints
{
    private const long MostPixels = 4096L * 4096;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/relations", (Delegate)Relations).WithTags("Scenes").NeedsKey().WithSummary("The verbs of a prompt, and who does what to whom")
            .Accepts<PromptBody>("application/json").Produces<RelationsBody>().ProducesProblem(400);
        routes.MapPost("/api/scenes/check", (Delegate)Check).WithTags("Scenes").NeedsKey().WithSummary("Checks a scene by all rules")
            .Accepts<JsonElement>("application/json").Produces<SceneCheckBody>().ProducesProblem(400);
        routes.MapPost("/api/scenes/from-picture", (Delegate)FromPicture).WithTags("Scenes").NeedsKey().WithSummary("The scene and the settings of a picture that this program made")
            .Accepts<Stream>("image/png").Produces<RecipeBody>().ProducesProblem(400).ProducesProblem(413).ProducesProblem(422);
    }

    private static async Task<IResult> Relations(HttpContext context)
    {
        PromptRelations read = RelationExtractor.Extract(ReadPrompt(await RequestBody.ReadJsonAsync(context.Request)));
        return Results.Json(
            new RelationsBody(
                [.. read.VerbSpans.Select(span => new VerbBody(span.Verb, span.Start, span.Length))],
                [.. read.Relations.Select(relation => new RelationBody(relation.Verb, relation.Subject, relation.Object))],
                [.. read.Prepositions.Select(relation => new PrepositionBody(relation.Phrase, relation.Subject, relation.Object))]),
            StudioJson.Wire.RelationsBody);
    }

    private static string ReadPrompt(byte[] body)
    {
        using JsonDocument document = JsonSyntax.Parse(RequestBody.Name, body);
        Dictionary<string, SceneJson> fields = new SceneJson(RequestBody.Name, "$", document.RootElement).Fields("prompt");
        string prompt = fields.TryGetValue("prompt", out SceneJson field) ? field.Text() : throw new RequestException(StatusCodes.Status400BadRequest, "is required", "prompt");
        return prompt.Length <= SceneLimits.PromptLength ? prompt
            : throw new RequestException(StatusCodes.Status400BadRequest, $"has {prompt.Length} characters; at most {SceneLimits.PromptLength} are allowed", "prompt");
    }

    private static async Task<IResult> Check(HttpContext context, DefaultDrawing drawing)
    {
        Scene scene = GenerationReader.ReadScene(await RequestBody.ReadJsonAsync(context.Request, RequestBody.UploadBytes));
        return Results.Json(new SceneCheckBody(true, drawing.WarningsOf(scene)), StudioJson.Wire.SceneCheckBody);
    }

    private static async Task<IResult> FromPicture(HttpContext context)
    {
        RequestBody.Require(context.Request, type => type is "image/png" or "application/octet-stream", "image/png");
        byte[] bytes = await RequestBody.ReadAsync(context.Request, RequestBody.UploadBytes);
        PngImage picture;
        try
        {
            picture = PngReader.Read(new MemoryStream(bytes), "picture", MostPixels);
        }
        catch (Exception error) when (error is BrokenFileException or NotSupportedException)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, error.Message);
        }
        if (!picture.Texts.TryGetValue(PictureRecipe.Keyword, out string? text))
        {
            throw new RequestException(StatusCodes.Status422UnprocessableEntity, "the picture does not hold how it was made; only pictures of this program do");
        }
        try
        {
            PictureRecipe recipe = PictureRecipe.Parse(text, "picture");
            recipe.Settings.Validate();
            using JsonDocument scene = JsonDocument.Parse(SceneWriter.ToJson(recipe.Scene, isIndented: false));
            string[] warnings =
            [
                .. recipe.Loras.Select(lora => string.Create(
                    CultureInfo.InvariantCulture, $"the picture was drawn with the LoRA {Path.GetFileName(lora.File)} at strength {lora.Strength}, which is left out here; radl generate --lora takes it")),
            ];
            return Results.Json(new RecipeBody(scene.RootElement.Clone(), SettingsBody.Of(recipe.Settings, recipe.Model, recipe.Seed), warnings), StudioJson.Wire.RecipeBody);
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or ArgumentException)
        {
            throw new RequestException(StatusCodes.Status422UnprocessableEntity, error.Message);
        }
    }
}

/// <summary>What <c>POST /api/relations</c> takes.</summary>
public sealed record PromptBody(string Prompt);

/// <summary>The verbs of a prompt.</summary>
/// <param name="Verbs">Where they stand.</param>
/// <param name="Relations">Who does what to whom.</param>
/// <param name="Prepositions">Prepositions that no verb has taken.</param>
public sealed record RelationsBody(IReadOnlyList<VerbBody> Verbs, IReadOnlyList<RelationBody> Relations, IReadOnlyList<PrepositionBody> Prepositions);

/// <summary>A verb, or one run of words of it; start and length in UTF-16 units of the prompt.</summary>
public sealed record VerbBody(string Text, int Start, int Length);

/// <summary>Who does what to whom, as head nouns.</summary>
public sealed record RelationBody(string Verb, string Subject, string? Object);

/// <summary>A preposition between two things.</summary>
public sealed record PrepositionBody(string Phrase, string Subject, string Object);

/// <summary>A scene that keeps all rules.</summary>
/// <param name="Ok">True.</param>
/// <param name="Warnings">Those of a generation of it that leaves all settings open.</param>
public sealed record SceneCheckBody(bool Ok, IReadOnlyList<string> Warnings);

/// <summary>How a picture was made.</summary>
/// <param name="Scene">The scene.</param>
/// <param name="Settings">The settings.</param>
/// <param name="Warnings">What made the picture and cannot be given back.</param>
public sealed record RecipeBody(JsonElement Scene, SettingsBody Settings, IReadOnlyList<string> Warnings);
