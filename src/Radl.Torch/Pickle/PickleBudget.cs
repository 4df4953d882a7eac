namespace Radl.Torch.Pickle;

/// <summary>
/// Counts the memory that a file makes its reader allocate, before it is allocated: one byte of a pickle can make an
/// object of 60, and two bytes can put it into a list again and again.
/// </summary>
internal sealed class PickleBudget(string file, long fileLength)
{
    /// <summary>What any file may cost, whatever its size.</summary>
    internal const long Constant = 1 << 20;

    private const int Pointer = 8;
    private const int ArrayHeader = 24;

    private long _left = checked((fileLength * 2) + Constant);

    /// <summary>The file, for errors.</summary>
    internal string File => file;

    /// <summary>Takes bytes off the budget.</summary>
    /// <exception cref="PickleException">The rest does not suffice.</exception>
    internal void Charge(long bytes)
    {
        _left -= bytes;
        if (_left < 0)
        {
            throw new PickleException(PickleRule.TooCostly, file, "pickle", $"building its data would take more memory than twice the file's {fileLength} bytes plus {Constant}", "A real file holds far more numbers than structure.");
        }
    }

    /// <summary>A string of that many bytes in the file.</summary>
    internal void ChargeString(long bytes) => Charge(32 + (2 * bytes));

    /// <summary>An array of references or of 8-byte numbers.</summary>
    internal void ChargeArray(long count) => Charge(ArrayHeader + (Pointer * count));

    /// <summary>Appends to a list, whose memory doubles when it is full.</summary>
    internal void Append(List<object?> list, object? item)
    {
        if (list.Count == list.Capacity)
        {
            ChargeArray(Math.Max(4, 2L * list.Capacity));
        }
        list.Add(item);
    }
}
