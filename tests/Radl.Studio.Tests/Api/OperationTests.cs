using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Radl.Layout.Methods;

namespace Radl.Studio.Tests.Api;

public sealed class OperationTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task The_choices_are_those_of_the_models_and_methods_that_are_there()
    {
        await StartServer();
        JsonNode model = Assert.Single((await Client.GetFromJsonAsync<JsonArray>("/api/models", Stop))!)!;
        JsonArray methods = (await Client.GetFromJsonAsync<JsonArray>("/api/methods", Stop))!;

        Assert.Equal(("tiny", 64, true, false), ((string)model["name"]!, (int)model["native_size"]!, (bool)model["default"]!, (bool)model["has_detector"]!));
        Assert.Contains("radl", model["methods"]!.AsArray().Select(name => (string)name!));
        Assert.DoesNotContain("migc", model["methods"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(LayoutMethods.Names, methods.Select(method => (string)method!["name"]!));
        Assert.Contains("ddim", (await Client.GetFromJsonAsync<string[]>("/api/schedulers", Stop))!);
    }

    [Fact]
    public async Task The_figures_count_what_happened()
    {
        await StartServer();
        await Ended(await Submit("""{"steps":3}"""));
        string figures = await Client.GetStringAsync("/metrics", Stop);

        Assert.Contains("\nradl_generations_total{state=\"done\"} 1\n", figures, StringComparison.Ordinal);
        Assert.Contains("\nradl_steps_total 3\n", figures, StringComparison.Ordinal);
        Assert.Contains("\nradl_generation_seconds_count 1\n", figures, StringComparison.Ordinal);
        Assert.Contains("\nradl_queue_capacity 32\n", figures, StringComparison.Ordinal);
        Assert.Contains("radl_http_requests_total{code=\"202\"} 1\n", figures, StringComparison.Ordinal);
        Assert.All(figures.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[^}]*\})? [-0-9.E+]+)$", line));
    }

    [Fact]
    public async Task The_description_names_every_route()
    {
        await StartServer();
        JsonObject paths = (await Client.GetFromJsonAsync<JsonNode>("/openapi/v1.json", Stop))!["paths"]!.AsObject();
        string[] routes = [.. Server.Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/'))
            .Where(route => route.StartsWith("/api", StringComparison.Ordinal) || route.StartsWith("/v1", StringComparison.Ordinal) || route.StartsWith("/sdapi", StringComparison.Ordinal)).Distinct()];

        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.True(paths.ContainsKey(route), route));
        Assert.NotNull(paths["/api/generations"]!["post"]!["requestBody"]);
        Assert.NotNull(paths["/api/generations"]!["post"]!["responses"]!["202"]);
    }

    [Fact]
    public async Task Health_is_one_look()
    {
        await StartServer();
        JsonNode health = (await Client.GetFromJsonAsync<JsonNode>("/health", Stop))!;

        Assert.Equal(("ok", 0, 0), ((string)health["status"]!, (int)health["queue"]!, (int)health["running"]!));
        Assert.Equal(HttpStatusCode.OK, (await Send(HttpMethod.Get, "/health")).Status);
    }
}
