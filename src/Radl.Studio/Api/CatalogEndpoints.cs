using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Studio.Drawing;
using Radl.Studio.Security;

namespace Radl.Studio.Api;

/// <summary>What requests may choose from.</summary>
internal static class CatalogEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/api").WithTags("Choices").NeedsKey();
        group.MapGet("/models", Models).WithSummary("The models").Produces<IReadOnlyList<ModelBody>>();
        group.MapGet("/methods", Methods).WithSummary("The layout methods").Produces<IReadOnlyList<MethodBody>>();
        group.MapGet("/schedulers", Schedulers).WithSummary("The solvers").Produces<IReadOnlyList<string>>();
    }

    private static IResult Models(ModelCatalog catalog) => Results.Json<IReadOnlyList<ModelBody>>(
        [.. catalog.Models.Select(model => new ModelBody(model.Name, model.Folder, model.NativeSize, model.Methods, model == catalog.Default, model.HasDetector, model.Guidance))],
        StudioJson.Wire.IReadOnlyListModelBody);

    private static IResult Methods() => Results.Json<IReadOnlyList<MethodBody>>(
        [.. LayoutMethods.All.Select(method => new MethodBody(method.Name, method.Title, method.Summary, method.IsTrained, method.HasAttentionMaps))],
        StudioJson.Wire.IReadOnlyListMethodBody);

    private static IResult Schedulers() => Results.Json<IReadOnlyList<string>>([.. SolverNames.All], StudioJson.Wire.IReadOnlyListString);
}

/// <summary>A model.</summary>
/// <param name="Name">What <c>settings.model</c> takes.</param>
/// <param name="Path">Where it lies on the server.</param>
/// <param name="NativeSize">Side of the pictures that it was trained on.</param>
/// <param name="Methods">Layout methods that it can use.</param>
/// <param name="Default">Whether requests without a model take it.</param>
/// <param name="HasDetector">Whether a detector reads its pictures.</param>
/// <param name="Guidance">The guidance scale that suits it, or null.</param>
public sealed record ModelBody(string Name, string Path, int NativeSize, IReadOnlyList<string> Methods, bool Default, bool HasDetector, double? Guidance);

/// <summary>A layout method.</summary>
/// <param name="Name">What <c>settings.method</c> takes.</param>
/// <param name="Title">As its paper calls it.</param>
/// <param name="Description">In a sentence or two.</param>
/// <param name="NeedsAdapter">Whether a model needs an adapter for it.</param>
/// <param name="AttentionMaps">Whether it can show where instances acted.</param>
public sealed record MethodBody(string Name, string Title, string Description, bool NeedsAdapter, bool AttentionMaps);
