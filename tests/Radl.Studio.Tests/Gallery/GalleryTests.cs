using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Radl.Studio.Gallery;

namespace Radl.Studio.Tests.Gallery;

public sealed class GalleryTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task The_gallery_survives_a_restart_with_its_pictures()
    {
        await StartServer();
        string id = await Submit();
        JsonNode before = await Ended(id);
        byte[] picture = await Client.GetByteArrayAsync($"/api/generations/{id}/image.png", Stop);
        await EndServer();
        await StartServer();

        JsonNode after = (await Client.GetFromJsonAsync<JsonNode>($"/api/generations/{id}", Stop))!;

        Assert.Equal(before.ToJsonString(), after.ToJsonString());
        Assert.Equal(picture, await Client.GetByteArrayAsync($"/api/generations/{id}/image.png", Stop));
    }

    [Fact]
    public async Task What_was_running_when_the_process_died_is_interrupted()
    {
        await StartServer();
        string id = await Submit();
        await Ended(id);
        await EndServer();
        // As a process leaves it that is killed while it draws.
        await using (var connection = new SqliteConnection($"Data Source={Scratch.In("data", "gallery.db")};Pooling=False"))
        {
            await connection.OpenAsync(Stop);
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE generations SET state = 'queued', finished = NULL, result = NULL";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Stop));
        }
        await StartServer();

        JsonNode entry = (await Client.GetFromJsonAsync<JsonNode>($"/api/generations/{id}", Stop))!;

        Assert.Equal(("failed", "interrupted"), ((string)entry["state"]!, (string)entry["error"]!));
        Assert.NotNull(entry["finished"]);
        Assert.Equal("failed", Assert.Single(await Events(id).ToListAsync(Stop)).Name);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Send(HttpMethod.Get, $"/api/generations/{id}/image.png")).Status);
        Assert.Empty(Directory.GetDirectories(Scratch.In("data", "pictures")));
    }

    [Fact]
    public async Task A_search_finds_every_word_in_prompt_labels_and_method_newest_first()
    {
        await StartServer();
        string chase = await Submit();
        string house = await Submit("""{"steps":1,"method":"sd"}""", """{"prompt":"100% of a_house"}""");
        string relation = await Submit("""{"steps":1}""", """{"prompt":"two","instances":[{"label":"a Green boat","box":[0,0,0.5,1]},{"label":"a car","box":[0.5,0,1,1]}],"relations":[{"subject":0,"verb":"holding","object":1}]}""");
        foreach (string id in (string[])[chase, house, relation])
        {
            await Ended(id);
        }

        Assert.Equal([relation, house, chase], await Found(""));
        Assert.Equal([relation], await Found("query=green%20BOAT"));
        Assert.Equal([relation], await Found("query=holding"));
        Assert.Equal([chase], await Found("query=fish%20car"));
        Assert.Equal([house], await Found("query=sd"));
        Assert.Equal([house], await Found("query=100%25"));
        Assert.Equal([house], await Found("query=a_house"));
        Assert.Equal([], await Found("query=a%25e"));
        Assert.Equal([], await Found("query=fish&state=failed"));
        Assert.Equal([relation, house], await Found("limit=2"));
        Assert.Equal([chase], await Found($"limit=2&before={house}"));
    }

    [Fact]
    public async Task What_runs_and_waits_is_listed_as_such()
    {
        await StartServer();
        string running = await Submit("""{"steps":1000}""");
        string waiting = await Submit();
        await foreach (ServerSentEvent happened in Events(running))
        {
            if (happened.Name == "step")
            {
                break;
            }
        }

        Assert.Equal([running], await Found("state=running"));
        Assert.Equal([waiting], await Found("state=queued"));
        JsonNode page = (await Client.GetFromJsonAsync<JsonNode>("/api/generations", Stop))!;
        Assert.Equal(1, (int)page["items"]![0]!["position"]!);
        await Send(HttpMethod.Delete, $"/api/generations/{waiting}");
        await Send(HttpMethod.Delete, $"/api/generations/{running}");
        await Ended(running);
    }

    [Fact]
    public async Task A_removed_generation_is_gone_with_its_files()
    {
        await StartServer();
        string id = await Submit();
        await Ended(id);

        Assert.Equal(HttpStatusCode.NoContent, (await Send(HttpMethod.Delete, $"/api/generations/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Delete, $"/api/generations/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Get, $"/api/generations/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Get, $"/api/generations/{id}/image.png")).Status);
        Assert.Empty(Directory.GetDirectories(Scratch.In("data", "pictures")));
    }

    [Fact]
    public async Task Two_studios_do_not_share_a_folder()
    {
        await StartServer();

        var error = Assert.Throws<IOException>(() => new GalleryStore(Scratch.In("data"), TimeProvider.System));

        Assert.Contains("in use by another studio", error.Message, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string>> Found(string query)
    {
        JsonNode page = (await Client.GetFromJsonAsync<JsonNode>($"/api/generations?{query}", Stop))!;
        return [.. page["items"]!.AsArray().Select(item => (string)item!["id"]!)];
    }
}
