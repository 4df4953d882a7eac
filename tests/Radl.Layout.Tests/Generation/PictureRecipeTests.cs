using FsCheck;
using FsCheck.Fluent;
using Radl.Diffusion.Imaging;
using Radl.Layout.Generation;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Layout.Tests.Generation;

public sealed class PictureRecipeTests
{
    private static readonly PictureRecipe Recipe = new()
    {
        Model = "toybox",
        WeightsHash = "00ff",
        DType = "bf16",
        Device = "cpu",
        Threads = 2,
        Seed = 7,
        Settings = new GenerationSettings { ControlSteps = 30 },
        Scene = new Scene
        {
            Prompt = "ein Fisch jagt ein Auto – äöü",
            Instances =
            [
                new SceneInstance { Label = "fish", Box = new NormalizedBox(0.1, 0.2, 0.3, 0.4), Strength = 0.5, Negative = "car" },
                new SceneInstance { Label = "car", Box = new NormalizedBox(0, 0, 1, 1), Mask = new ImageShape(2, 1, [true, false]) },
            ],
            Width = 64,
            Height = 64,
            Seed = 7,
        },
    };

    [Fact]
    public void A_recipe_survives_the_way_through_a_picture()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.In("picture.png");
        PngWriter.Write(path, new RgbImage(8, 8), [Recipe.ToText()]);
        Assert.Equal(Recipe.ToJson(), PictureRecipe.Read(path).ToJson());
    }

    [Fact]
    public void Settings_survive_the_way_through_text() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(
            (from steps in Gen.Choose(1, 1000)
             from control in Gen.Choose(0, 1000)
             from guidance in Gen.Choose(0, 1000)
             from seed in ArbMap.Default.GeneratorFor<long>()
             from solver in Gen.Elements(SolverNames.All.AsEnumerable())
             from merging in Gen.Choose(0, 75)
             from tiling in ArbMap.Default.GeneratorFor<bool>()
             select Recipe with
             {
                 Seed = Math.Abs(seed % long.MaxValue),
                 Settings = new GenerationSettings { Steps = steps, ControlSteps = control, Guidance = guidance / 7.0, Scheduler = solver, TokenMerging = merging / 100.0, VaeTiling = tiling },
             }).ToArbitrary(),
            recipe =>
            {
                PictureRecipe read = PictureRecipe.Parse(recipe.ToJson(), "text");
                return read.Seed == recipe.Seed && read.Settings with { ControlSteps = null } == recipe.Settings with { ControlSteps = null }
                    && read.Settings.ResolvedControlSteps == recipe.Settings.ResolvedControlSteps && read.ToJson() == recipe.ToJson();
            }));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"version\": 1}")]
    [InlineData("{\"version\": null}")]
    public void Text_that_is_no_recipe_is_an_error_that_names_the_picture(string text) =>
        Assert.StartsWith("a.png: radl: ", Assert.Throws<InvalidDataException>(() => PictureRecipe.Parse(text, "a.png")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_picture_of_another_program_is_an_error_that_says_so()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.In("picture.png");
        PngWriter.Write(path, new RgbImage(8, 8), []);
        Assert.Contains("only pictures of this program", Assert.Throws<InvalidDataException>(() => PictureRecipe.Read(path)).Message, StringComparison.Ordinal);
    }
}
