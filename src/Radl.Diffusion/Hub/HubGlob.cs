using System.Text;
using System.Text.RegularExpressions;

namespace Radl.Diffusion.Hub;

/// <summary>Which files of a repository are wanted.</summary>
/// <remarks>In a pattern <c>*</c> stands for any characters, slashes included, and <c>?</c> for one; letters count as they are.</remarks>
public sealed class HubGlob
{
    private readonly Regex[] _include;
    private readonly Regex[] _exclude;

    /// <summary>Reads patterns.</summary>
    /// <param name="include">A file must match one of them; none stands for <see cref="Usual"/>.</param>
    /// <param name="exclude">A file must match none of them.</param>
    public HubGlob(IReadOnlyCollection<string> include, IReadOnlyCollection<string>? exclude = null)
    {
        ArgumentNullException.ThrowIfNull(include);
        _include = [.. (include.Count == 0 ? Usual : include).Select(Compile)];
        _exclude = [.. (exclude ?? []).Select(Compile)];
    }

    /// <summary>Weights in the one format that cannot execute anything, configurations and vocabularies.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["*.safetensors", "*.json", "*.txt"];

    /// <summary>Whether a path is wanted.</summary>
    public bool Matches(string path) => _include.Any(pattern => pattern.IsMatch(path)) && !_exclude.Any(pattern => pattern.IsMatch(path));

    // Without backtracking a hostile pattern costs linear time.
    private static Regex Compile(string pattern)
    {
        var text = new StringBuilder(@"\A");
        foreach (char letter in pattern)
        {
            text.Append(letter switch
            {
                '*' => ".*",
                '?' => ".",
                _ => Regex.Escape(letter.ToString()),
            });
        }
        return new Regex(text.Append(@"\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline);
    }
}
