using System.Buffers;
using System.Security.Cryptography;

namespace Radl.Studio.Jobs;

/// <summary>Makes ids of jobs: 26 characters that sort by time (the form of a ULID) and cannot be guessed.</summary>
/// <param name="time">The clock.</param>
internal sealed class JobIds(TimeProvider time)
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 26;
    private const int TimeLength = 10;

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    private readonly Lock _gate = new();
    private long _last;

    /// <summary>Whether a text has the form of an id, so that it may become part of a path.</summary>
    public static bool IsId(string text) => text.Length == Length && !text.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>The next id; later ones sort behind it.</summary>
    public string Next()
    {
        long moment;
        lock (_gate)
        {
            // Two in one millisecond, or a clock that was set back, must not change the order.
            moment = _last = Math.Max(_last + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        return string.Create(Length, moment, static (text, moment) =>
        {
            for (int i = TimeLength - 1; i >= 0; i--, moment >>= 5)
            {
                text[i] = Alphabet[(int)(moment & 31)];
            }
            Span<byte> random = stackalloc byte[Length - TimeLength];
            RandomNumberGenerator.Fill(random);
            for (int i = 0; i < random.Length; i++)
            {
                text[TimeLength + i] = Alphabet[random[i] & 31];
            }
        });
    }
}
