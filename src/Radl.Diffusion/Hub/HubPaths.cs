namespace Radl.Diffusion.Hub;

/// <summary>The rule for names of files that a hub lists: each must stay inside the folder that it is put into, on every system.</summary>
internal static class HubPaths
{
    private const int MostPartLength = 255;

    /// <summary>Checks the names of a listing.</summary>
    /// <param name="paths">As the hub gave them.</param>
    /// <param name="source">For the message.</param>
    /// <exception cref="HubException">A name leads outside, is no file's name, occurs twice, or is also a folder's.</exception>
    public static void Check(IReadOnlyCollection<string> paths, string source)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            if (path.Split('/').FirstOrDefault(part => !IsSafe(part)) is { } part)
            {
                throw new HubException($"{source}: the hub lists a file '{Shown(path)}', whose part '{Shown(part)}' is not a plain name; nothing is written");
            }
            if (!files.Add(path))
            {
                throw new HubException($"{source}: the hub lists the file '{path}' twice");
            }
        }
        foreach (string path in paths)
        {
            for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
            {
                if (files.Contains(path[..slash]))
                {
                    throw new HubException($"{source}: the hub lists '{path[..slash]}' both as a file and as a folder");
                }
            }
        }
    }

    // Backslashes and colons are separators and drives elsewhere; a cache may lie on a shared disk.
    private static bool IsSafe(string part) => part is not ("" or "." or "..") && part.Length <= MostPartLength
        && !part.Any(letter => char.IsControl(letter) || letter is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
        && part[^1] is not ('.' or ' ');

    private static string Shown(string text) => new([.. text.Take(MostPartLength).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
