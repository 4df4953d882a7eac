using System.Text;

namespace Radl.Evaluation.Reports;

/// <summary>Writes HTML that is also XML: every element is closed, every text and attribute escaped.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>What was written.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>The first line of a page.</summary>
    public void Doctype() => _text.Append("<!DOCTYPE html>\n");

    /// <summary>An element with other elements inside.</summary>
    public void Element(string name, Action content, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        _text.Append(">\n");
        content();
        Close(name);
    }

    /// <summary>An element with text inside.</summary>
    public void Element(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        _text.Append('>');
        Text(text);
        Close(name);
    }

    /// <summary>An element that holds nothing, such as <c>img</c>.</summary>
    public void Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        _text.Append(" />\n");
    }

    /// <summary>A style sheet. It must hold neither <c>&lt;</c> nor <c>&amp;</c>, which HTML and XML read differently there.</summary>
    public void Style(string css)
    {
        if (css.AsSpan().ContainsAny('<', '&'))
        {
            throw new ArgumentException("a style sheet must hold neither < nor &", nameof(css));
        }
        _text.Append("<style>\n").Append(css).Append("</style>\n");
    }

    /// <summary>Text.</summary>
    public void Text(string text)
    {
        foreach (char c in text)
        {
            Append(c);
        }
    }

    private void Open(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string value) in attributes)
        {
            _text.Append(' ').Append(attribute).Append("=\"");
            Text(value);
            _text.Append('"');
        }
    }

    private void Close(string name) => _text.Append("</").Append(name).Append(">\n");

    private void Append(char c)
    {
        switch (c)
        {
            case '<':
                _text.Append("&lt;");
                break;
            case '>':
                _text.Append("&gt;");
                break;
            case '&':
                _text.Append("&amp;");
                break;
            case '"':
                _text.Append("&quot;");
                break;
            // Neither HTML nor XML can hold other control characters.
            case < ' ' and not ('\n' or '\t'):
                _text.Append('\uFFFD');
                break;
            default:
                _text.Append(c);
                break;
        }
    }
}
