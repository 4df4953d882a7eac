using FsCheck;
using FsCheck.Fluent;
using Radl.Diffusion.Hub;

namespace Radl.Diffusion.Tests.Hub;

/// <summary>Whatever a name is made of, what is accepted stays where it belongs.</summary>
public sealed class HubNameProperties
{
    private const string Root = "/cache/models";

    // Names out of the pieces that attacks are made of.
    private static readonly Arbitrary<string> Names = Gen.Elements("..", ".", "/", "\\", "a", "B-", "--", "@", "main", ":", "\0", " ", "%2e", "~", "refs", "é")
        .ListOf().Select(string.Concat).ToArbitrary();

    private static readonly FsCheck.Config Many = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void A_repository_that_is_accepted_has_its_folder_and_its_refs_inside_the_cache() => Check.One(Many, Prop.ForAll(Names, name =>
    {
        if (HubRepository.TryParse(name) is { } repository)
        {
            string folder = Path.GetFullPath(Path.Combine(Root, repository.FolderName));
            Assert.Equal(Root, Path.GetDirectoryName(folder));
            Assert.StartsWith(Path.Combine(folder, "refs") + "/", Path.GetFullPath(new HubCache(Root).Reference(repository)), StringComparison.Ordinal);
        }
    }));

    [Fact]
    public void A_file_that_is_accepted_lies_inside_its_snapshot() => Check.One(Many, Prop.ForAll(Names, name =>
    {
        try
        {
            HubPaths.Check([name], "test");
        }
        catch (HubException)
        {
            return;
        }
        Assert.StartsWith(Root + "/", Path.GetFullPath(Path.Combine([Root, .. name.Split('/')])), StringComparison.Ordinal);
        Assert.Equal(Path.Combine(Root, name), Path.GetFullPath(Path.Combine(Root, name)));
    }));
}
