using System.Globalization;

namespace Radl.Cli.Generation;

/// <summary>Where the pictures of a run go: one file per scene and seed, none written twice.</summary>
internal sealed class OutputPaths
{
    private const string DefaultFolder = "out";

    // What a user may take for a file. Another name with a dot is a folder's.
    private static readonly string[] OtherPictures = [".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".jxl"];

    private readonly string _folder;
    private readonly string? _file;
    private readonly Dictionary<string, string> _taken = new(StringComparer.Ordinal);
    private bool _isFolderMade;

    /// <summary>Reads <c>--out</c>.</summary>
    /// <param name="path">A file that ends in .png, a folder, or null for <c>out</c>.</param>
    /// <param name="isSingle">Whether there is exactly one scene.</param>
    /// <exception cref="ArgumentException">A file for several scenes, or a picture that is no PNG.</exception>
    public OutputPaths(string? path, bool isSingle)
    {
        if (OtherPictures.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && !Directory.Exists(path))
        {
            throw new ArgumentException($"--out {path}: only PNG is written; name a file ending in .png, or a folder");
        }
        bool isFile = path is not null && path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(path);
        if (isFile && !isSingle)
        {
            throw new ArgumentException($"--out {path} names one file, but there may be several scenes; name a folder");
        }
        _file = isFile ? path : null;
        _folder = isFile ? Path.GetDirectoryName(path!)! : path ?? DefaultFolder;
    }

    /// <summary>The file of a picture; its folder is made.</summary>
    /// <param name="job">The scene.</param>
    /// <param name="number">Number of the picture, from 1, or null when there is only one.</param>
    /// <exception cref="IOException">Another scene of this run has the same name.</exception>
    /// <exception cref="ArgumentException">The folder cannot be made or written.</exception>
    public string For(SceneJob job, int? number)
    {
        string stem = _file is null ? Path.Combine(_folder, job.Name) : Path.ChangeExtension(_file, null);
        string suffix = number is null ? "" : string.Create(CultureInfo.InvariantCulture, $"-{number}");
        string path = stem + suffix + ".png";
        // A picture that is made again never replaces the one that it was made from.
        if (Path.GetFullPath(path) == Path.GetFullPath(job.Source))
        {
            path = stem + suffix + "-again.png";
        }
        if (!_taken.TryAdd(path, job.Source))
        {
            throw new IOException($"{job.Source}: {path} already holds the picture of {_taken[path]}; give one of the files another name");
        }
        if (!_isFolderMade)
        {
            MakeFolder();
            _isFolderMade = true;
        }
        return path;
    }

    // Found out before the picture is drawn, not after; and what the system says of its own temporary files tells a user nothing.
    private void MakeFolder()
    {
        string folder = Path.GetFullPath(_folder.Length > 0 ? _folder : ".");
        try
        {
            Directory.CreateDirectory(folder);
            new FileStream(Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string? file = folder;
            while (file is not null && !File.Exists(file))
            {
                file = Path.GetDirectoryName(file);
            }
            throw new ArgumentException($"the output folder {folder} cannot be written{(file is null ? "" : $", because {file} is a file")}; --out names another one", error);
        }
    }
}
