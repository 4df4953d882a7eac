using System.Text;
using Radl.Diffusion.Hub;
using Radl.Diffusion.Models;

namespace Radl.Diffusion.Tests.Hub;

public sealed class HubCacheTests
{
    // What `git hash-object` and `sha256sum` say of these contents.
    private const string HelloBlob = "ce013625030ba8dba906f756967f9e9ca394464a";
    private const string MillionAs = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

    private static readonly byte[] Hello = "hello\n"u8.ToArray();

    [Fact]
    public async Task A_repository_arrives_in_the_layout_that_other_programs_share()
    {
        byte[] large = Encoding.ASCII.GetBytes(new string('a', 1_000_000));
        using var hub = new TinyHub(("model_index.json", Hello), ("unet/weights.safetensors", large), ("README.md", Hello), ("unet/weights.bin", large), ("merges.txt", []));
        HubSnapshot snapshot = await hub.PullAsync();

        Assert.Equal((hub.InSnapshot(), TinyHub.Commit, 1_000_006L), (snapshot.Folder, snapshot.Commit, snapshot.Downloaded));
        Assert.Equal(["merges.txt", "model_index.json", "unet/weights.safetensors"], snapshot.Files.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Equal(Path.Combine("..", "..", "blobs", HelloBlob), new FileInfo(hub.InSnapshot("model_index.json")).LinkTarget);
        Assert.Equal(Path.Combine("..", "..", "..", "blobs", MillionAs), new FileInfo(hub.InSnapshot("unet", "weights.safetensors")).LinkTarget);
        Assert.Equal(large, File.ReadAllBytes(hub.InSnapshot("unet", "weights.safetensors")));
        Assert.Empty(File.ReadAllBytes(hub.InSnapshot("merges.txt")));
        Assert.Equal(TinyHub.Commit, File.ReadAllText(Path.Combine(hub.Root, "models--owner--tiny", "refs", "main")));
        Assert.False(File.Exists(hub.InSnapshot("README.md")));
        Assert.False(File.Exists(hub.InSnapshot("unet", "weights.bin")));
    }

    [Fact]
    public async Task What_is_there_is_not_downloaded_again_and_a_missing_link_is_made_again()
    {
        using var hub = new TinyHub(("model_index.json", Hello), ("a.safetensors", TinyHub.Bytes(500)));
        await hub.PullAsync();
        int fetched = hub.Fetches.Count;
        File.Delete(hub.InSnapshot("a.safetensors"));
        Assert.Equal(0, (await hub.PullAsync()).Downloaded);
        Assert.Equal(fetched, hub.Fetches.Count);
        Assert.Equal(500, File.ReadAllBytes(hub.InSnapshot("a.safetensors")).Length);
    }

    [Fact]
    public async Task Two_files_of_the_same_content_are_downloaded_once()
    {
        byte[] same = TinyHub.Bytes(500);
        using var hub = new TinyHub(("a.safetensors", same), ("b/c.safetensors", same));
        await hub.PullAsync();
        Assert.Single(hub.Fetches);
        Assert.Equal(same, File.ReadAllBytes(hub.InSnapshot("b", "c.safetensors")));
    }

    [Fact]
    public async Task Includes_name_what_is_wanted_instead_and_none_is_an_error_that_shows_what_there_is()
    {
        using var hub = new TinyHub(("model_index.json", Hello), ("v1.ckpt", TinyHub.Bytes(500)));
        Assert.Equal(["v1.ckpt"], (await hub.PullAsync(include: ["*.ckpt"])).Files.Select(file => file.Path));
        string message = (await Assert.ThrowsAsync<HubException>(() => hub.PullAsync(include: ["*.onnx"]))).Message;
        Assert.Contains("model_index.json, v1.ckpt", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.json", "a/b/c.json", true)]
    [InlineData("unet/*", "unet/x/y.bin", true)]
    [InlineData("?.txt", "a.txt", true)]
    [InlineData("?.txt", "ab.txt", false)]
    [InlineData("*.json", "a.jsonl", false)]
    [InlineData("a.b", "aXb", false)]
    public void A_pattern_stands_for_whole_paths(string pattern, string path, bool matches)
    {
        Assert.Equal(matches, new HubGlob([pattern]).Matches(path));
        Assert.Equal(!matches, new HubGlob(["*"], [pattern]).Matches(path));
    }

    [Fact]
    public async Task A_listing_in_pages_is_read_to_its_end()
    {
        using var hub = new TinyHub(("a.json", Hello), ("b.json", TinyHub.Bytes(50)));
        hub.Script = request => !request.Path.Contains("/tree/", StringComparison.Ordinal) ? null
            : request.Query.Contains("cursor=2", StringComparison.Ordinal) ? ServerReply.Json($"[{TinyHub.Entry("b.json", hub.Files["b.json"])}]")
            : ServerReply.Json($"[{TinyHub.Entry("a.json", Hello)}]") with { Headers = new() { ["Link"] = $"<{request.Path}?recursive=true&cursor=2>; rel=\"next\"" } };
        Assert.Equal(["a.json", "b.json"], (await hub.PullAsync()).Files.Select(file => file.Path));
    }

    [Fact]
    public async Task A_hub_without_a_tree_is_asked_by_its_description()
    {
        byte[] large = TinyHub.Bytes(500);
        using var hub = new TinyHub(("a.json", Hello), ("b.safetensors", large));
        hub.Script = request => request.Path.Contains("/tree/", StringComparison.Ordinal) ? ServerReply.Empty(404)
            : request.Path.Contains("/revision/", StringComparison.Ordinal) ? ServerReply.Json($$"""
                {"sha": "{{TinyHub.Commit}}", "siblings": [
                  {"rfilename": "a.json", "size": 6, "blobId": "{{HelloBlob}}"},
                  {"rfilename": "b.safetensors", "size": 500, "blobId": "x", "lfs": {"sha256": "{{TinyHub.Sha256(large)}}", "size": 500, "pointerSize": 3} } ]}
                """) : null;
        Assert.Equal(["a.json", "b.safetensors"], (await hub.PullAsync()).Files.Select(file => file.Path));
        Assert.Equal(large, File.ReadAllBytes(hub.InSnapshot("b.safetensors")));
    }

    // Without the lock nobody would wait, and nothing would ever be answered.
    [Fact(Timeout = 60_000)]
    public async Task Two_pulls_at_once_download_a_file_once_and_both_have_it()
    {
        using var hub = new TinyHub(("a.safetensors", TinyHub.Bytes(1000)));
        var waits = new TaskCompletionSource();
        hub.Time.OnWait = _ => waits.TrySetResult();
        // The first to ask gets its answer when the other one waits for the lock.
        hub.Script = request => request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? hub.Answer(request) with { Hold = waits.Task } : null;
        HubSnapshot[] both = await Task.WhenAll(Task.Run(() => hub.PullAsync()), Task.Run(() => hub.PullAsync()));
        Assert.Equal(both[0].Folder, both[1].Folder);
        Assert.Single(hub.Fetches);
        Assert.Contains("another download", Assert.Single(hub.Warnings), StringComparison.Ordinal);
        Assert.Equal(1000, File.ReadAllBytes(hub.InSnapshot("a.safetensors")).Length);
    }

    [Fact]
    public async Task A_pulled_model_is_found_by_its_id_and_its_revision()
    {
        using var hub = new TinyHub(("model_index.json", Hello));
        var locator = new ModelLocator([hub.ScratchIn("models")], new HubCache(hub.Root));
        Assert.Contains("radl models pull owner/tiny", Assert.Throws<DirectoryNotFoundException>(() => locator.Find("owner/tiny")).Message, StringComparison.Ordinal);
        await hub.PullAsync();
        await hub.PullAsync("owner/tiny@refs/pr/1");
        Assert.Equal(new LocatedModel("owner/tiny", hub.InSnapshot()), locator.Find("owner/tiny"));
        Assert.Equal(new LocatedModel($"owner/tiny@{TinyHub.Commit}", hub.InSnapshot()), locator.Find($"owner/tiny@{TinyHub.Commit}"));
        Assert.Equal(hub.InSnapshot(), locator.Find("owner/tiny@refs/pr/1").Folder);
        Assert.Equal(["owner/tiny"], locator.List().Select(model => model.Name));
        Assert.Throws<DirectoryNotFoundException>(() => locator.Find("owner/tiny@other"));
    }

    [Theory]
    [InlineData("CompVis/stable-diffusion-v1-4", "CompVis/stable-diffusion-v1-4", "main", "models--CompVis--stable-diffusion-v1-4")]
    [InlineData("gpt2@v1.0", "gpt2", "v1.0", "models--gpt2")]
    [InlineData("a/b@refs/pr/3", "a/b", "refs/pr/3", "models--a--b")]
    public void A_name_is_read(string text, string name, string revision, string folder)
    {
        HubRepository repository = HubRepository.Parse(text);
        Assert.Equal((name, revision, folder), (repository.Name, repository.Revision, repository.FolderName));
        Assert.Equal(text, repository.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a/b/c")]
    [InlineData("a/..")]
    [InlineData("a--b/c")]
    [InlineData("/a")]
    [InlineData("a/b@../c")]
    [InlineData("a/b@x/../y")]
    [InlineData("a/b@")]
    [InlineData("a b/c")]
    [InlineData("a/b?x=1")]
    public void A_name_that_could_lead_elsewhere_is_refused(string text) => Assert.Throws<ArgumentException>(() => HubRepository.Parse(text));

    [Fact]
    public void The_cache_and_the_endpoint_come_from_the_variables_that_other_programs_read()
    {
        Assert.Equal("/home/u/.cache/huggingface/hub", Read().CacheRoot);
        Assert.Equal("/xdg/huggingface/hub", Read(("XDG_CACHE_HOME", "/xdg")).CacheRoot);
        Assert.Equal("/hf/hub", Read(("XDG_CACHE_HOME", "/xdg"), ("HF_HOME", "/hf")).CacheRoot);
        Assert.Equal("/cache", Read(("HF_HOME", "/hf"), ("HF_HUB_CACHE", "/cache")).CacheRoot);
        Assert.Equal(HubSettings.PublicEndpoint, Read().Endpoint);
        Assert.Equal(new Uri("https://mirror.example/hf"), Read(("HF_ENDPOINT", "https://mirror.example/hf/")).Endpoint);
        Assert.Contains("HF_ENDPOINT", Assert.Throws<ArgumentException>(() => Read(("HF_ENDPOINT", "https://me:pass@host"))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", Assert.Throws<ArgumentException>(() => Read(("HF_ENDPOINT", "https://me:pass@host"))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Read(("HF_ENDPOINT", "ftp://host")));
        Assert.DoesNotContain("hf_secret", Read(("HF_TOKEN", "hf_secret")).ToString(), StringComparison.Ordinal);

        static HubSettings Read(params (string Name, string Value)[] variables) =>
            HubSettings.FromEnvironment(name => variables.FirstOrDefault(variable => variable.Name == name).Value, "/home/u");
    }
}
