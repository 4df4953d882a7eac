using Radl.Diffusion.Hub;

namespace Radl.Diffusion.Tests.Hub;

/// <summary>What a line can do to a download, and what is in the cache afterwards: the listed bytes, or nothing.</summary>
public sealed class HubResumeTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly byte[] _content = TinyHub.Bytes(1000);
    private readonly TinyHub _hub;

    public HubResumeTests() => _hub = new TinyHub((Weights, _content));

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(499)]
    [InlineData(999)]
    public async Task A_connection_that_drops_is_gone_on_with_at_the_next_byte(int cut)
    {
        Cut(cut);
        await _hub.PullAsync();
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
        Assert.Equal([null, cut == 0 ? null : cut], _hub.Fetches.Select(fetch => fetch.From));
        Assert.Equal(cut == 0 ? null : $"\"{TinyHub.Sha256(_content)}\"", _hub.Fetches[1].Header("If-Range"));
        AssertNothingPartial();
    }

    [Fact]
    public async Task A_line_that_drops_again_and_again_still_brings_the_file()
    {
        Cut(100, 1, 0, 600, 5);
        await _hub.PullAsync();
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
        Assert.Equal([null, 100, 101, 101, 701, 706], _hub.Fetches.Select(fetch => fetch.From));
    }

    [Fact]
    public async Task Tries_are_counted_anew_after_progress_so_that_a_long_download_survives_a_bad_line()
    {
        byte[] large = TinyHub.Bytes((8 << 20) + 3);
        _hub.Files[Weights] = large;
        Cut([.. Enumerable.Repeat(1 << 20, 7)]);
        await _hub.PullAsync();
        Assert.Equal(large, File.ReadAllBytes(_hub.Blob(Weights)));
    }

    [Fact]
    public async Task What_a_failed_pull_leaves_is_taken_up_by_the_next_one_under_the_condition_that_it_is_the_same()
    {
        int asked = 0;
        _hub.Script = request => !TinyHub.IsContent(request) ? null : asked++ == 0 ? _hub.Answer(request) with { CutAfter = 300 } : ServerReply.Empty(503);
        Assert.True((await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync())).IsTransient);
        Assert.Equal(300, new FileInfo(_hub.Blob(Weights) + ".incomplete").Length);
        Assert.False(File.Exists(_hub.Blob(Weights)));
        Assert.Null(new HubCache(_hub.Root).Find(HubRepository.Parse(TinyHub.Repository)));

        _hub.Script = null;
        await _hub.PullAsync();
        Assert.Equal((300, $"\"{TinyHub.Sha256(_content)}\""), (_hub.Fetches[^1].From!.Value, _hub.Fetches[^1].Header("If-Range")));
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
        AssertNothingPartial();
    }

    [Fact]
    public async Task A_cancelled_pull_leaves_what_has_come_and_the_next_one_goes_on()
    {
        using var stop = new CancellationTokenSource();
        _hub.Script = request => TinyHub.IsContent(request) ? _hub.Answer(request) with { CutAfter = 250, HidesLength = true } : null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _hub.PullAsync(progress: new AtOnce(value => StopAt(value, 250, stop)), cancellation: stop.Token));
        Assert.Equal(_content[..250], File.ReadAllBytes(_hub.Blob(Weights) + ".incomplete"));

        _hub.Script = null;
        var progress = new List<HubProgress>();
        await _hub.PullAsync(progress: new AtOnce(progress.Add));
        Assert.Equal((new HubProgress(0, 750), new HubProgress(750, 750)), (progress[0], progress[^1]));
        Assert.Equal(250, _hub.Fetches[^1].From);
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
    }

    [Fact]
    public async Task A_whole_file_in_answer_to_a_range_replaces_what_was_there()
    {
        int asked = 0;
        _hub.Script = request => !TinyHub.IsContent(request) ? null
            : asked++ == 0 ? _hub.Answer(request) with { CutAfter = 400 } : new ServerReply(200, _content);
        await _hub.PullAsync();
        Assert.Equal(400, _hub.Fetches[1].From);
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
    }

    [Fact]
    public async Task A_range_that_the_server_does_not_know_begins_the_file_anew()
    {
        _hub.Script = request => !TinyHub.IsContent(request) ? null
            : request.From is null && _hub.Fetches.Count == 1 ? _hub.Answer(request) with { CutAfter = 400 }
            : request.From is not null ? ServerReply.Empty(416, ("Content-Range", "bytes */10")) : null;
        await _hub.PullAsync();
        Assert.Equal([null, 400, null], _hub.Fetches.Select(fetch => fetch.From));
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_changes_midway_is_begun_anew_whether_or_not_the_server_heeds_the_condition(bool heeds)
    {
        byte[] other = TinyHub.Bytes(1000, seed: 2);
        int asked = 0;
        _hub.Script = request => !TinyHub.IsContent(request) ? null
            : asked++ == 0 ? TinyHub.Content(request, other, "\"first\"") with { CutAfter = 400 }
            : heeds ? TinyHub.Content(request, _content, "\"second\"")
            : TinyHub.Content(request with { Headers = Without(request, "If-Range") }, _content, "\"second\"");
        await _hub.PullAsync();
        Assert.Equal("\"first\"", _hub.Fetches[1].Header("If-Range"));
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
        Assert.Equal(heeds ? 2 : 3, _hub.Fetches.Count);
        // Seen by the tag, and not only when the whole had the wrong hash.
        Assert.DoesNotContain(_hub.Warnings, warning => warning.Contains("hash", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_range_than_the_one_that_was_asked_for_is_not_appended()
    {
        int asked = 0;
        _hub.Script = request => !TinyHub.IsContent(request) ? null : asked++ switch
        {
            0 => _hub.Answer(request) with { CutAfter = 400 },
            1 => new ServerReply(206, _content[300..]) { Headers = { ["Content-Range"] = "bytes 300-999/1000" } },
            _ => null,
        };
        await _hub.PullAsync();
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
        Assert.DoesNotContain(_hub.Warnings, warning => warning.Contains("hash", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_flipped_byte_is_an_error_that_names_the_file_and_nothing_of_it_is_kept()
    {
        _hub.Script = request => TinyHub.IsContent(request) ? TinyHub.Content(request, Flipped(), "\"flipped\"") : null;
        string message = (await Assert.ThrowsAsync<HubFileException>(() => _hub.PullAsync())).Message;
        Assert.Contains($"{TinyHub.Repository}/{Weights}", message, StringComparison.Ordinal);
        Assert.Contains(TinyHub.Sha256(_content), message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_hub.Blob(Weights))!));
        Assert.False(Directory.Exists(_hub.InSnapshot()));
    }

    [Fact]
    public async Task A_byte_that_was_flipped_once_is_healed_by_a_second_download()
    {
        int asked = 0;
        _hub.Script = request => TinyHub.IsContent(request) && asked++ == 0 ? TinyHub.Content(request, Flipped()) : null;
        await _hub.PullAsync();
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
        Assert.Contains("hash", Assert.Single(_hub.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1000)]
    [InlineData(2000)]
    public async Task A_spoiled_part_from_an_earlier_run_does_not_spoil_the_file(int length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_hub.Blob(Weights))!);
        File.WriteAllBytes(_hub.Blob(Weights) + ".incomplete", TinyHub.Bytes(length, seed: 3));
        await _hub.PullAsync();
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
        AssertNothingPartial();
    }

    [Fact]
    public async Task A_blob_that_was_cut_off_by_someone_else_is_replaced()
    {
        await _hub.PullAsync();
        File.WriteAllBytes(_hub.Blob(Weights), _content[..10]);
        await _hub.PullAsync();
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_longer_than_listed_is_refused(bool hidesLength)
    {
        _hub.Script = request => TinyHub.IsContent(request) ? new ServerReply(200, [.. _content, 1]) { HidesLength = hidesLength } : null;
        Assert.Contains("lists", (await Assert.ThrowsAsync<HubFileException>(() => _hub.PullAsync())).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_hub.Blob(Weights))!));
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_given_up_and_gone_on_with()
    {
        int asked = 0;
        bool isSilent = true;
        _hub.Script = request => TinyHub.IsContent(request) && asked++ == 0 ? _hub.Answer(request) with { CutAfter = 250, HidesLength = true } : null;
        await _hub.PullAsync(progress: new AtOnce(value =>
        {
            if (value.Done == 250 && isSilent)
            {
                isSilent = false;
                _hub.Time.LetGo();
            }
        }));
        Assert.Contains("fell silent", Assert.Single(_hub.Warnings), StringComparison.Ordinal);
        Assert.Equal([null, 250], _hub.Fetches.Select(fetch => fetch.From));
        Assert.Equal(_content, File.ReadAllBytes(_hub.Blob(Weights)));
    }

    private static void StopAt(HubProgress value, long bytes, CancellationTokenSource stop)
    {
        if (value.Done == bytes)
        {
            stop.Cancel();
        }
    }

    private static Dictionary<string, string> Without(ServerRequest request, string header) =>
        request.Headers.Where(pair => pair.Key != header).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    private byte[] Flipped()
    {
        byte[] flipped = [.. _content];
        flipped[500] ^= 0x10;
        return flipped;
    }

    private void Cut(params int[] after)
    {
        int asked = 0;
        _hub.Script = request => TinyHub.IsContent(request) && asked < after.Length ? _hub.Answer(request) with { CutAfter = after[asked++] } : null;
    }

    private void AssertNothingPartial() => Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(_hub.Blob(Weights))!), file => file.Contains(".incomplete", StringComparison.Ordinal));
}
