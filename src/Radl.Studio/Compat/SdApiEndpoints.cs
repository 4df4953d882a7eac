using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Radl.Layout.Scenes;
using Radl.Studio.Api;
using Radl.Studio.Drawing;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;
using Radl.Studio.Security;

namespace Radl.Studio.Compat;

/// <summary>The API of AUTOMATIC1111's web UI, as far as pictures from text go; boxes stand in <c>alwayson_scripts.radl</c>.</summary>
internal static class SdApiEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/sdapi/v1").WithTags("AUTOMATIC1111").NeedsKey();
        group.MapPost("/txt2img", Draw).WithSummary("Pictures from a prompt, with boxes in alwayson_scripts.radl.args[0]").Accepts<JsonElement>("application/json")
            .Produces<SdImages>().ProducesProblem(400).ProducesProblem(429).ProducesProblem(507);
        group.MapGet("/samplers", () => Results.Json(SdSamplers.All, StudioJson.Wire.IReadOnlyListSdSampler)).WithSummary("The solvers").Produces<IReadOnlyList<SdSampler>>();
        group.MapGet("/sd-models", Models).WithSummary("The models").Produces<IReadOnlyList<SdModel>>();
        group.MapGet("/options", (ModelCatalog catalog) => Results.Json(new SdOptions(catalog.Default.Name, "png"), StudioJson.Wire.SdOptions)).WithSummary("The default model").Produces<SdOptions>();
        group.MapGet("/progress", Progress).WithSummary("How far the running generation is").Produces<SdProgress>();
    }

    private static IResult Models(ModelCatalog catalog) => Results.Json<IReadOnlyList<SdModel>>(
        [.. catalog.Models.Select(model => new SdModel(model.Name, model.Name, null, null, model.Folder, null))], StudioJson.Wire.IReadOnlyListSdModel);

    private static IResult Progress(JobBoard board)
    {
        JobSnapshot? running = board.Snapshots().FirstOrDefault(job => job.State == JobState.Running);
        JobProgress progress = running?.Progress ?? default;
        return Results.Json(
            new SdProgress(
                progress.Total == 0 ? 0 : (double)progress.Step / progress.Total,
                progress.SecondsLeft ?? 0,
                new SdState(false, false, running?.Id ?? "", running is null ? 0 : 1, 0, progress.Step, progress.Total),
                null,
                null),
            StudioJson.Wire.SdProgress);
    }

    private static async Task<IResult> Draw(HttpContext context, GenerationReader reader, JobBoard board, GalleryStore gallery)
    {
        using JsonDocument body = JsonSyntax.Parse(RequestBody.Name, await RequestBody.ReadJsonAsync(context.Request));
        JobRequest request = Read(ForeignJson.Of(body), reader);
        (JobSnapshot? done, IResult? problem) = await WaitedJob.RunAsync(context, board, request);
        if (done is null)
        {
            return problem!;
        }
        string info = JsonSerializer.Serialize(InfoOf(done), StudioJson.Wire.SdInfo);
        return Results.Json(new SdImages(WaitedJob.Pictures(done, gallery), body.RootElement.Clone(), info), StudioJson.Wire.SdImages);
    }

    private static JobRequest Read(ForeignJson body, GenerationReader reader)
    {
        body.Refuse("enable_hr", "a second pass at a higher resolution");
        body.Refuse("init_images", "a picture to begin with");
        body.Refuse("styles", "a style by name");
        SceneJson? extension = Extension(body);
        ForeignJson? radl = extension is { } args ? ForeignJson.Of(args) : null;
        Scene scene = ForeignScene.Read(body.Text("prompt") ?? "", body.Text("negative_prompt"), body.Integer("width"), body.Integer("height"), extension);
        string? sampler = body.Text("sampler_name") ?? body.Text("sampler_index");
        return reader.Complete(scene, new WantedSettings
        {
            Method = radl?.Text("method"),
            ControlSteps = radl?.Integer("control_steps"),
            Steps = body.Integer("steps"),
            Guidance = body.Number("cfg_scale"),
            Scheduler = string.IsNullOrEmpty(sampler) ? null : SdSamplers.SchedulerOf(sampler, "sampler_name"),
            Model = body.Object("override_settings")?.Text("sd_model_checkpoint"),
            Seed = body.Seed("seed"),
            Count = (int)Math.Clamp((long)(body.Integer("n_iter") ?? 1) * (body.Integer("batch_size") ?? 1), int.MinValue, int.MaxValue),
        });
    }

    private static SceneJson? Extension(ForeignJson body)
    {
        SceneJson? args = body.Object("alwayson_scripts")?.Object("radl")?["args"];
        return args?.Items() is { Count: > 0 } items ? items[0] : null;
    }

    private static SdInfo InfoOf(JobSnapshot done)
    {
        JobRequest request = done.Request;
        IReadOnlyList<JobPicture> pictures = done.Result!.Pictures;
        return new SdInfo
        {
            Prompt = request.Scene.Prompt,
            AllPrompts = [.. pictures.Select(_ => request.Scene.Prompt)],
            NegativePrompt = request.Scene.NegativePrompt ?? "",
            Seed = request.Seed,
            AllSeeds = [.. pictures.Select(picture => picture.Seed)],
            Width = pictures[0].Width,
            Height = pictures[0].Height,
            SamplerName = SdSamplers.NameOf(request.Settings.Scheduler),
            CfgScale = request.Settings.Guidance,
            Steps = request.Settings.Steps,
            BatchSize = pictures.Count,
            SdModelName = request.Model,
            RadlId = done.Id,
        };
    }
}
