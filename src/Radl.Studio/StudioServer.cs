using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Radl.Studio.Api;
using Radl.Studio.Compat;
using Radl.Studio.Drawing;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;
using Radl.Studio.Page;
using Radl.Studio.Security;

namespace Radl.Studio;

/// <summary>The studio: the page, the HTTP API, the queue and the worker, in one process.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    private const int MostConnections = 512;
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;
    private readonly GalleryStore _gallery;
    private readonly JobBoard _board;
    private readonly Worker _worker;
    private readonly SceneDrawer _drawer;

    private StudioServer(WebApplication app, GalleryStore gallery, JobBoard board, Worker worker, SceneDrawer drawer)
    {
        _app = app;
        _gallery = gallery;
        _board = board;
        _worker = worker;
        _drawer = drawer;
    }

    /// <summary>Where it listens, once it is started.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The folder of its gallery.</summary>
    public string DataFolder => _gallery.Folder;

    /// <summary>All routes, for those who check them.</summary>
    internal IReadOnlyList<Endpoint> Endpoints => [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints)];

    internal JobBoard Board => _board;

    /// <summary>Prepares a server; nothing listens yet.</summary>
    /// <exception cref="ArgumentException">An address that is not loopback without keys.</exception>
    /// <exception cref="IOException">The data folder cannot be used, the model or the key file is missing.</exception>
    /// <exception cref="InvalidDataException">The key file or the model is broken.</exception>
    public static StudioServer Create(StudioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isLoopback = IPAddress.IsLoopback(options.Host);
        if (!isLoopback && options.KeyFile is null)
        {
            throw new ArgumentException($"{options.Host} can be reached from other machines, so --api-key-file is needed; without it the studio listens to loopback alone");
        }
        ApiKeys? keys = options.KeyFile is null ? null : ApiKeys.Read(options.KeyFile);
        WebApplicationBuilder builder = Builder(options);
        var gallery = new GalleryStore(options.DataFolder, options.Time);
        try
        {
            var metrics = new StudioMetrics();
            using ILoggerFactory startLog = LoggerFactory.Create(logging => Log(logging, options));
            ModelCatalog catalog = ModelCatalog.Read(options.Models, options.Model, startLog.CreateLogger("studio"));
            WebApplication? app = null;
            var board = new JobBoard(
                new JobBoardOptions
                {
                    Capacity = options.Queue,
                    Share = Math.Max(1, (int)Math.Ceiling(options.Queue / (double)(keys?.Names.Count ?? 1))),
                    Save = gallery.Save,
                    SaveFailed = error => app!.Logger.LogError(error, "a generation could not be saved"),
                    Ended = metrics.Count,
                },
                options.Time);
            var reader = new GenerationReader(catalog, new MemoryNeed(options.AvailableMemory ?? (() => options.Drawing.Device.IsCpu ? MemoryFailure.AvailableOnHost() : null)));
            builder.Services.AddSingleton(gallery).AddSingleton(catalog).AddSingleton(board).AddSingleton(metrics).AddSingleton(reader).AddSingleton(new DefaultDrawing(catalog.Default)).AddSingleton(options.Time);
            app = builder.Build();
            Route(app, new Gate(keys, isLoopback), metrics);
            var drawer = new SceneDrawer(catalog, gallery, options.Drawing);
            return new StudioServer(app, gallery, board, new Worker(board, drawer.Draw, app.Logger), drawer);
        }
        catch
        {
            gallery.Dispose();
            throw;
        }
    }

    /// <summary>Begins to listen and to draw.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        // Streams end when their jobs do, so the jobs end before connections are waited for.
        _app.Lifetime.ApplicationStopping.Register(_board.Close);
        await _app.StartAsync(cancellation);
        _worker.Start("radl worker", _drawer.Dispose);
    }

    /// <summary>Ends within one step of what is being drawn; it and what waits fails as interrupted.</summary>
    public async Task StopAsync()
    {
        _board.Close();
        await _app.StopAsync(CancellationToken.None);
        _worker.Join();
    }

    /// <summary>Serves until it is asked to end.</summary>
    /// <param name="cancellation">Asks for an orderly end.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellation.Register(asked.SetResult))
        {
            await asked.Task;
        }
        await StopAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _drawer.Dispose();
        await _app.DisposeAsync();
        _board.Dispose();
        _gallery.Dispose();
    }

    private static WebApplicationBuilder Builder(StudioOptions options)
    {
        // No configuration file and no environment variable changes what was asked for.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "radl" });
        Log(builder.Logging, options);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Beyond our own limit, so that who sends a little too much is told so and not cut off.
            kestrel.Limits.MaxRequestBodySize = 2 * RequestBody.UploadBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(options.Host, options.Port);
        });
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "RaDL studio";
            document.Info.Version = Layout.Generation.PictureRecipe.ProgramVersion;
            return Task.CompletedTask;
        }));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, StudioJson.Wire));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownPatience);
        return builder;
    }

    private static void Log(ILoggingBuilder logging, StudioOptions options)
    {
        if (options.Logging is { } custom)
        {
            custom(logging);
            return;
        }
        logging.SetMinimumLevel(LogLevel.Warning);
        // What keeps the host from starting is thrown as well; who started the studio says so, with a trace where one is asked for.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    // Routing forgets which endpoint it refused for its kind of body; those that take one have no parameters in their address.
    private static IEnumerable<string> AcceptedAt(IEndpointRouteBuilder app, HttpRequest request) => app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(endpoint => request.Path.Equals(endpoint.RoutePattern.RawText?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes ?? []).Distinct();

    private static void Route(WebApplication app, Gate gate, StudioMetrics metrics)
    {
        var errors = new ErrorAnswers(app.Logger);
        app.Use(metrics.CountRequest);
        app.Use(SecurityHeaders.Add);
        app.Use(errors.Handle);
        // A route that is not there, or a wrong verb, is a problem document too.
        app.UseStatusCodePages(pages => Problems.OfPipeline(pages.HttpContext.Response.StatusCode, AcceptedAt(app, pages.HttpContext.Request)).ExecuteAsync(pages.HttpContext));
        app.Use(gate.CheckSource);
        app.UseRouting();
        app.Use(gate.CheckAccess);
        GenerationEndpoints.Map(app);
        EventEndpoints.Map(app);
        PictureEndpoints.Map(app);
        SceneEndpoints.Map(app);
        CatalogEndpoints.Map(app);
        OperationEndpoints.Map(app);
        SdApiEndpoints.Map(app);
        OpenAiEndpoints.Map(app);
        PageFiles.Map(app);
    }
}
