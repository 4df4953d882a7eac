using System.Text.Json;
using Radl.Diffusion.Imaging;
using Radl.Torch.IO;

namespace Radl.Evaluation.Runs;

/// <summary>The pictures of one arm on one set: a folder with a PNG and a JSON file per batch. A batch that has its JSON is whole.</summary>
public sealed class BatchStore
{
    private const string FingerprintFile = "run.json";

    private readonly string _folder;
    private readonly SceneSet _set;

    private BatchStore(string folder, SceneSet set) => (_folder, _set) = (folder, set);

    /// <summary>Its folder.</summary>
    public string Folder => _folder;

    /// <summary>Opens or begins a folder.</summary>
    /// <param name="root">Folder of the whole evaluation.</param>
    /// <param name="set">The scenes.</param>
    /// <param name="arm">Who makes the pictures.</param>
    /// <param name="fingerprint">What decides them.</param>
    /// <param name="restart">Throws away what is there, if it was made in another way.</param>
    /// <exception cref="ArgumentException">The folder's pictures were made in another way; the text says in which.</exception>
    public static BatchStore Open(string root, SceneSet set, Arm arm, Fingerprint fingerprint, bool restart = false)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(arm);
        ArgumentNullException.ThrowIfNull(fingerprint);
        string folder = Path.Combine(root, set.Name, arm.Name);
        string path = Path.Combine(folder, FingerprintFile);
        if (File.Exists(path) && Fingerprint.Read(path).DifferencesTo(fingerprint) is { Count: > 0 } differences)
        {
            if (!restart)
            {
                throw new ArgumentException($"{folder}: these pictures were made in another way ({string.Join("; ", differences)}); choose another folder, or --restart to throw them away");
            }
            Directory.Delete(folder, recursive: true);
        }
        Directory.CreateDirectory(folder);
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, fingerprint.ToJson());
        }
        return new BatchStore(folder, set);
    }

    /// <summary>Whether a batch is there.</summary>
    public bool Has(int batch) => File.Exists(RecordPath(batch));

    /// <summary>Whether every batch is there.</summary>
    public bool IsComplete() => Enumerable.Range(0, _set.Batches).All(Has);

    /// <summary>Writes a batch: the pictures first, so that a stop in between leaves no record.</summary>
    /// <param name="batch">Which.</param>
    /// <param name="pixels">RGB bytes [scenes, side, side, 3].</param>
    /// <param name="record">What is remembered beside them.</param>
    public void Write(int batch, byte[] pixels, BatchRecord record)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        int side = SideOf(pixels.Length);
        PngWriter.Write(PicturePath(batch), new RgbImage(side, side * _set.Batch, pixels));
        AtomicFile.Write(RecordPath(batch), JsonSerializer.SerializeToUtf8Bytes(record, RunsJson.Default.BatchRecord));
    }

    /// <summary>Reads a batch.</summary>
    /// <returns>RGB bytes [scenes, side, side, 3], the side, and the record.</returns>
    /// <exception cref="InvalidDataException">A file is broken or does not fit the set.</exception>
    public (byte[] Pixels, int Side, BatchRecord Record) Read(int batch)
    {
        RgbImage image = PngReader.Read(PicturePath(batch)).Colours;
        if (image.Height != image.Width * _set.Batch)
        {
            throw new InvalidDataException($"{PicturePath(batch)}: {image.Width}x{image.Height} pixels are not {_set.Batch} square pictures");
        }
        try
        {
            BatchRecord record = JsonSerializer.Deserialize(File.ReadAllBytes(RecordPath(batch)), RunsJson.Default.BatchRecord)
                ?? throw new InvalidDataException($"{RecordPath(batch)}: the record is null");
            return (image.Pixels, image.Width, record);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{RecordPath(batch)}: {error.Message}", error);
        }
    }

    private int SideOf(int bytes) => (int)Math.Round(Math.Sqrt(bytes / 3.0 / _set.Batch));

    private string PicturePath(int batch) => PathOf(batch, "png");

    private string RecordPath(int batch) => PathOf(batch, "json");

    private string PathOf(int batch, string kind) => Path.Combine(_folder, FormattableString.Invariant($"batch-{batch * _set.Batch:D6}.{kind}"));
}
