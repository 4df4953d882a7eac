namespace Radl.Training.Loop;

/// <summary>Holds a run's folder: two processes that train into one folder would replace each other's checkpoints.</summary>
/// <remarks>The file system drops the hold when the process ends, however it ends.</remarks>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Takes the folder, which must be there.</summary>
    /// <exception cref="InvalidOperationException">Another process, or another run of this one, holds it.</exception>
    public RunLock(string run)
    {
        string path = Path.Combine(run, "lock");
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException error)
        {
            throw new InvalidOperationException($"{run}: another process is training into this folder; wait for it, or use another run folder", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
