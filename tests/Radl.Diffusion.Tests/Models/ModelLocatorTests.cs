using Radl.Diffusion.Models;

namespace Radl.Diffusion.Tests.Models;

public sealed class ModelLocatorTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_name_is_found_in_the_first_root_that_has_it()
    {
        string first = Model("first", "fish");
        Model("second", "fish");
        string other = Model("second", "owner", "car");
        var locator = new ModelLocator([_scratch.In("first"), _scratch.In("second")]);

        Assert.Equal(new LocatedModel("fish", first), locator.Find("fish"));
        Assert.Equal(new LocatedModel("owner/car", other), locator.Find("owner/car"));
        Assert.Equal(["fish", "owner/car"], locator.List().Select(model => model.Name));
    }

    [Fact]
    public void A_folder_outside_the_roots_is_named_by_its_path_and_that_name_finds_it_again()
    {
        string folder = Model("elsewhere", "fish");
        var locator = new ModelLocator([_scratch.In("roots")]);
        LocatedModel found = locator.Find(folder);
        Assert.Equal(new LocatedModel(folder, folder), found);
        Assert.Equal(found, locator.Find(found.Name));
    }

    [Fact]
    public void A_missing_model_is_an_error_that_lists_every_place()
    {
        var locator = new ModelLocator([_scratch.In("first"), _scratch.In("second")]);
        string message = Assert.Throws<DirectoryNotFoundException>(() => locator.Find("fish")).Message;
        Assert.Contains(_scratch.In("first", "fish"), message, StringComparison.Ordinal);
        Assert.Contains(_scratch.In("second", "fish"), message, StringComparison.Ordinal);
        Assert.Contains("--model", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_usual_places_are_the_named_folder_then_the_program_then_the_repository()
    {
        string application = _scratch.In("repository", "src", "bin");
        Directory.CreateDirectory(application);
        File.WriteAllText(_scratch.In("repository", "Radl.slnx"), "");
        Assert.Equal(
            [_scratch.In("named"), Path.Combine(application, "models"), _scratch.In("repository", "models")],
            ModelLocator.Usual(application, _scratch.In("named")).Roots);
    }

    private string Model(params string[] parts)
    {
        string folder = _scratch.In(parts);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "model_index.json"), "{}");
        return folder;
    }
}
