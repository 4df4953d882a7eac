using Radl.Diffusion.Hub;

namespace Radl.Diffusion.Models;

/// <summary>Finds model folders by name in a few places, by path, or by the id of a hub repository that was pulled.</summary>
/// <param name="roots">Folders that hold model folders, the first to be searched first.</param>
/// <param name="hub">The hub cache, searched last; null for none.</param>
public sealed class ModelLocator(IReadOnlyList<string> roots, HubCache? hub = null)
{
    private const string RepositoryMark = "Radl.slnx";

    /// <summary>Folders that are searched.</summary>
    public IReadOnlyList<string> Roots => roots;

    /// <summary>The usual places: a folder that the user named, <c>models</c> beside the program, <c>models</c> of the repository around it.</summary>
    /// <param name="applicationFolder">Where the program lies.</param>
    /// <param name="named">The value of <c>RADL_MODELS</c>, or null.</param>
    /// <param name="hub">The hub cache, or null.</param>
    public static ModelLocator Usual(string applicationFolder, string? named, HubCache? hub = null)
    {
        ArgumentNullException.ThrowIfNull(applicationFolder);
        var roots = new List<string>();
        if (!string.IsNullOrEmpty(named))
        {
            roots.Add(Path.GetFullPath(named));
        }
        roots.Add(Path.Combine(Path.GetFullPath(applicationFolder), "models"));
        for (DirectoryInfo? folder = new(applicationFolder); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, RepositoryMark)))
            {
                roots.Add(Path.Combine(folder.FullName, "models"));
                break;
            }
        }
        return new ModelLocator(roots, hub);
    }

    /// <summary>Finds a model.</summary>
    /// <param name="nameOrFolder">
    /// A name such as <c>toybox</c> or <c>owner/name</c>, the path of a folder, or a pulled hub id with or without <c>@revision</c>. The first that is found wins, in this order.
    /// </param>
    /// <exception cref="DirectoryNotFoundException">Neither is there; the places that were searched are listed.</exception>
    public LocatedModel Find(string nameOrFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrFolder);
        string[] searched = [.. roots.Select(root => Path.Combine(root, nameOrFolder)), Path.GetFullPath(nameOrFolder)];
        foreach (string folder in searched)
        {
            if (ModelFolder.IsModel(folder))
            {
                return new LocatedModel(NameOf(folder), folder);
            }
        }
        HubRepository? repository = hub is null ? null : HubRepository.TryParse(nameOrFolder);
        if (repository is not null && hub!.Find(repository) is { } snapshot && ModelFolder.IsModel(snapshot))
        {
            return new LocatedModel(repository.ToString(), snapshot);
        }
        string pull = repository is not null && nameOrFolder.Contains('/', StringComparison.Ordinal) ? $" A hub's model must be pulled first: radl models pull {nameOrFolder}" : "";
        throw new DirectoryNotFoundException(
            $"model '{nameOrFolder}' was not found: no model_index.json in {string.Join(", ", searched.Distinct())}. Name another folder by --model, or the folder of all models by RADL_MODELS.{pull}");
    }

    /// <summary>Every model in the roots, and every one that was pulled from a hub, by name.</summary>
    public IReadOnlyList<LocatedModel> List() =>
        [.. roots.Where(Directory.Exists).SelectMany(Directory.GetDirectories)
            .SelectMany(folder => ModelFolder.IsModel(folder) ? [folder] : Directory.GetDirectories(folder).Where(ModelFolder.IsModel))
            .Select(folder => new LocatedModel(NameOf(folder), folder))
            .Concat(Pulled())
            .DistinctBy(model => model.Name, StringComparer.Ordinal).OrderBy(model => model.Name, StringComparer.Ordinal)];

    private IEnumerable<LocatedModel> Pulled() => hub is null ? [] : hub.Repositories()
        .Select(repository => (Name: repository.ToString(), Folder: hub.Find(repository)))
        .Where(model => model.Folder is not null && ModelFolder.IsModel(model.Folder))
        .Select(model => new LocatedModel(model.Name, model.Folder!));

    // Invariant: Find(NameOf(folder)) leads back to the folder.
    private string NameOf(string folder)
    {
        string full = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        string? root = roots.FirstOrDefault(root => full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        return root is null ? full : Path.GetRelativePath(root, full);
    }
}

/// <summary>Where a model lies.</summary>
/// <param name="Name">A name that finds it again: relative to a root, or the absolute path.</param>
/// <param name="Folder">The folder.</param>
public sealed record LocatedModel(string Name, string Folder);
