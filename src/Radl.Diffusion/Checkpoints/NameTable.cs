namespace Radl.Diffusion.Checkpoints;

/// <summary>Names of modules in two layouts, one for one. A parameter's name changes with the longest module in front of it.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, string> _there = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _back = new(StringComparer.Ordinal);

    /// <summary>Adds a module: <c>input_blocks.0.0</c> here is <c>conv_in</c> there.</summary>
    internal void Add(string here, string there)
    {
        _there.Add(here, there);
        _back.Add(there, here);
    }

    /// <summary>A parameter's name in the other layout; null where no module of the table is in front.</summary>
    internal string? There(string name) => Exchange(_there, name);

    /// <summary>The way back.</summary>
    internal string? Back(string name) => Exchange(_back, name);

    private static string? Exchange(Dictionary<string, string> table, string name)
    {
        for (int end = name.LastIndexOf('.'); end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (table.TryGetValue(name[..end], out string? other))
            {
                return other + name[end..];
            }
        }
        return null;
    }
}
