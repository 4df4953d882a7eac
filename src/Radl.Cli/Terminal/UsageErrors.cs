using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Radl.Cli.Terminal;

/// <summary>What is wrong with a command line, in a user's words; the parser's own name types of the program.</summary>
internal static class UsageErrors
{
    /// <summary>The first mistake of a command line that has one.</summary>
    public static string TextOf(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            string commands = string.Join(", ", command.Subcommands.Select(known => known.Name));
            return parsed.UnmatchedTokens is not [var unknown, ..] ? $"a command is needed, one of {commands}"
                : unknown.StartsWith('-') ? $"{(command is RootCommand ? "radl" : command.Name)} has no option {unknown}"
                : $"command '{unknown}' is not one of {commands}";
        }
        ParseError error = parsed.Errors[0];
        return error.SymbolResult is OptionResult { Option: var option, Tokens: [{ Value: var given }] } && NumberRule(option.ValueType, given) is { } rule
            ? $"{option.Name} ({given}) {rule}"
            : error.Message;
    }

    // Null where the text is such a number: then something else is wrong.
    private static string? NumberRule(Type type, string text)
    {
        Type number = Nullable.GetUnderlyingType(type) ?? type;
        bool isWhole = BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger whole);
        return number == typeof(int) ? Whole(int.MinValue, int.MaxValue)
            : number == typeof(long) ? Whole(long.MinValue, long.MaxValue)
            : number == typeof(double) && !double.TryParse(text, CultureInfo.InvariantCulture, out _) ? "needs a number"
            : null;

        string? Whole(long least, long most) => !isWhole ? "needs a whole number"
            : whole < least || whole > most ? FormattableString.Invariant($"must lie in [{least}, {most}]")
            : null;
    }
}
