using System.Text.Json;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Sampling;
using Radl.Layout.Generation;
using Radl.Layout.Scenes;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;
using Radl.Torch;

namespace Radl.Studio.Drawing;

/// <summary>Draws jobs: opens their models, makes their pictures and writes them into the gallery. For one worker's thread alone.</summary>
public sealed class SceneDrawer : IDisposable
{
    private const int MapsEvery = 5;

    private readonly ModelCatalog _catalog;
    private readonly GalleryStore _gallery;
    private readonly DrawingOptions _options;
    private readonly ModelShelf _shelf;
    private int? _defaultThreads;

    /// <summary>A drawer without an open model.</summary>
    public SceneDrawer(ModelCatalog catalog, GalleryStore gallery, DrawingOptions options)
    {
        _catalog = catalog;
        _gallery = gallery;
        _options = options;
        _shelf = new ModelShelf(options);
    }

    /// <summary>Draws a job.</summary>
    /// <returns>What was made; the files lie in the gallery.</returns>
    /// <exception cref="OperationCanceledException">The job was asked to stop.</exception>
    public JobResult Draw(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        JobRequest request = job.Request;
        CatalogModel entry = _catalog.Find(request.Model) ?? throw new ArgumentException($"model '{request.Model}' is not one that this server lists");
        ShelvedModel model = _shelf.Take(entry);
        SetThreads(request.Scene, model.Generator);
        Task<string> hash = model.Generator.HashFor(request.Settings.Method);
        LatentPreview? preview = request.PreviewEvery > 0 ? model.Preview : null;
        job.Cancellation.ThrowIfCancellationRequested();
        using BoundScene bound = model.Generator.Bind(request.Scene, request.Settings);
        job.Warn(bound.Warnings);
        var pictures = new List<JobPicture>();
        var detections = new List<PictureDetections>();
        bool hasMaps = false;
        for (int index = 0; index < request.Count; index++)
        {
            DrawnPicture picture = DrawOne(job, bound, preview, index);
            _gallery.WritePicture(job.Id, index, PngWriter.ToBytes(picture.Image, [bound.RecipeOf(entry.Name, hash.GetAwaiter().GetResult(), picture.Seed).ToText()]));
            pictures.Add(new JobPicture(index, picture.Seed, picture.Image.Width, picture.Image.Height));
            if (picture.Frames.Count > 0)
            {
                _gallery.WriteMaps(job.Id, JsonSerializer.SerializeToUtf8Bytes(AttentionMapsBody.Of(picture.Frames), StudioJson.Wire.AttentionMapsBody));
                hasMaps = true;
            }
            if (entry.HasDetector && ToyboxReading.Of(picture.Image, request.Scene) is { } found)
            {
                detections.Add(found);
            }
        }
        return new JobResult(pictures, hasMaps, detections.Count == pictures.Count ? detections : null);
    }

    /// <summary>Frees what is kept between jobs; the next job opens it again.</summary>
    public void Forget() => _shelf.Clear();

    /// <inheritdoc/>
    public void Dispose() => _shelf.Dispose();

    private static DrawnPicture DrawOne(Job job, BoundScene bound, LatentPreview? preview, int index)
    {
        JobRequest request = job.Request;
        byte[]? shown = null;
        var wanted = new DrawRequest
        {
            // Of several pictures the first one tells how the scene is drawn.
            AttentionMaps = request.AttentionMaps && index == 0,
            AttentionEvery = MapsEvery,
            Latents = preview is null ? null : (done, latents) =>
                shown = done % request.PreviewEvery == 0 ? PngWriter.ToBytes(preview.Show(latents)) : null,
        };
        var progress = new StepProgress(step => job.Report((index * step.Total) + step.Step, request.Count * step.Total, shown));
        return bound.Draw(request.Seed + index, wanted, progress, job.Cancellation);
    }

    // As on the command line, so that both make the same bytes.
    private void SetThreads(Scene scene, SceneGenerator generator)
    {
        _defaultThreads ??= TorchRuntime.Threads;
        TorchRuntime.Threads = _options.Threads ?? generator.ThreadsFor(scene, _defaultThreads.Value);
    }

    // System.Progress would tell on another thread, later.
    private sealed class StepProgress(Action<SamplingProgress> tell) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value) => tell(value);
    }
}
