namespace Radl.Layout.Methods;

/// <summary>A layout method, ready for one model.</summary>
public abstract class LayoutMethod : IDisposable
{
    /// <summary>What the method must be told.</summary>
    public abstract MethodNeeds Needs { get; }

    /// <summary>Binds the method to a batch of scenes. The caller disposes the result, before the method.</summary>
    /// <exception cref="ArgumentException">Counts, shapes or options do not fit; the text names the field.</exception>
    public abstract IBoundMethod Bind(LayoutConditions conditions, LayoutBinding? binding = null);

    /// <inheritdoc/>
    public abstract void Dispose();
}
