using System.Text.RegularExpressions;

namespace Radl.Diffusion.Hub;

/// <summary>A model repository of a hub at a revision: <c>owner/name</c>, <c>owner/name@revision</c>, or a name without an owner.</summary>
/// <remarks>Only what is safe as a folder's name and in a URL is accepted, so both can be made without further checks.</remarks>
public sealed partial record HubRepository
{
    /// <summary>The revision that is meant when none is named.</summary>
    public const string DefaultRevision = "main";

    private const int MostNameLength = 96;
    private const int CommitLength = 40;

    private HubRepository(string name, string revision)
    {
        Name = name;
        Revision = revision;
    }

    /// <summary><c>owner/name</c>, or a bare name.</summary>
    public string Name { get; }

    /// <summary>A branch, a tag or a commit.</summary>
    public string Revision { get; }

    /// <summary>Whether the revision is a whole commit id, which never moves.</summary>
    public bool IsCommit => IsCommitId(Revision);

    /// <summary>Name of its folder in the cache: <c>models--owner--name</c>.</summary>
    public string FolderName => "models--" + Name.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Reads a name.</summary>
    /// <param name="text"><c>owner/name</c> with an optional <c>@revision</c>.</param>
    /// <exception cref="ArgumentException">Not a name that a hub would give.</exception>
    public static HubRepository Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text) ?? throw new ArgumentException(
            $"'{text}' is not a hub repository: OWNER/NAME or OWNER/NAME@REVISION is needed, of letters, digits, '-', '_' and '.'");
    }

    /// <summary>Reads a name, or gives null.</summary>
    public static HubRepository? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string name = at < 0 ? text : text[..at];
        string revision = at < 0 ? DefaultRevision : text[(at + 1)..];
        string[] parts = name.Split('/');
        bool isName = parts.Length <= 2 && parts.All(IsPart);
        return isName && RevisionPattern().IsMatch(revision) && revision.Split('/').All(part => part is not ("" or "." or "..")) ? new HubRepository(name, revision) : null;
    }

    /// <summary>Whether a text is a whole commit id: 40 lower-case hexadecimal digits.</summary>
    public static bool IsCommitId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == CommitLength && text.All(char.IsAsciiHexDigitLower);
    }

    /// <summary>As the user writes it; a default revision is left out.</summary>
    public override string ToString() => Revision == DefaultRevision ? Name : $"{Name}@{Revision}";

    // Two hyphens would make the cache's folder name ambiguous; the hub forbids them for the same reason.
    private static bool IsPart(string part) => part.Length <= MostNameLength && NamePattern().IsMatch(part)
        && !part.Contains("--", StringComparison.Ordinal) && !part.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RevisionPattern();
}
