namespace Radl.Torch;

/// <summary>Frees every tensor that was kept, out of a <see cref="TensorScope"/>, while something was made that owns several, unless it was finished.</summary>
/// <remarks>
/// Memory may run out between two tensors that an object keeps; nobody else knows of the first one by then.
/// <code>
/// using var construction = Construction.Begin();
/// return construction.Done(new Grid(masks));
/// </code>
/// A construction within another answers for its own tensors alone: what it has finished stays.
/// </remarks>
public readonly ref struct Construction
{
    [ThreadStatic]
    private static Frame? _current;

    private readonly Frame _frame;

    private Construction(Frame frame) => _frame = frame;

    /// <summary>Begins on this thread.</summary>
    public static Construction Begin() => new(_current = new Frame(_current));

    /// <summary>What was made is whole and owns its tensors.</summary>
    public void Done() => _frame.Kept.Clear();

    /// <summary>What was made is whole and owns its tensors.</summary>
    /// <param name="made">Handed back.</param>
    public T Done<T>(T made)
    {
        Done();
        return made;
    }

    /// <summary>Ends; frees the tensors of what was not finished.</summary>
    public void Dispose()
    {
        _frame.Kept.ForEach(tensor => tensor.Dispose());
        _current = _frame.Outer;
    }

    internal static void Kept(Tensor tensor) => _current?.Kept.Add(tensor);

    private sealed class Frame(Frame? outer)
    {
        public Frame? Outer => outer;

        public List<Tensor> Kept { get; } = [];
    }
}
