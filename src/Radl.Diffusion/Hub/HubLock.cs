namespace Radl.Diffusion.Hub;

/// <summary>One writer per blob, among all processes that share a cache.</summary>
internal static class HubLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // errno EWOULDBLOCK on Linux and macOS, and the sharing violation of Windows.
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Takes a lock, after whoever holds it. Disposing gives it back; a process that dies gives it back too.</summary>
    /// <param name="path">The lock file; it stays.</param>
    /// <param name="time">The clock.</param>
    /// <param name="wait">Told once when somebody else holds it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider time, Action wait, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (bool waits = false; ; waits = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException error) when (Held.Contains(error.HResult))
            {
                if (!waits)
                {
                    wait();
                }
            }
            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
    }
}
