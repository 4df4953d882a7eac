using System.Text.Json;
using Radl.Layout.Methods.RadlMethod;
using Radl.Training.Config;

namespace Radl.Training.Tests.Config;

public sealed class TrainingConfigTests : TensorTest
{
    [Theory]
    [InlineData("""{"stage":"vae","model":"m","run":"r","stepz":3}""", "stepz")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","steps":"many"}""", ": steps: must be a whole number, not 'many'")]
    [InlineData("""{"stage":"vae","model":null,"run":"r"}""", ": model: must be a string, not null")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","continue":1}""", ": continue: must be true or false, not 1")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","data":{"count_weights":[1,"x"]}}""", ": data.count_weights[1]: must be a number, not 'x'")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","data":[]}""", ": data: must be an object, not an array")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","data":{"colour":1}}""", ": data.colour: unknown field; known are scenes, ")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","learning_rate":2}""", ": learning_rate (2) must lie in [0, 1]")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","steps":0}""", ": steps (0) must be at least 1")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","data":{"crop_share":2}}""", "data.crop_share")]
    [InlineData("""{"stage":"clip","model":"m","run":"r","clip_data":{"codec_share":2}}""", "clip_data.codec_share")]
    [InlineData("""{"stage":"all","model":"m","run":"r"}""", "'all' is not one of vae, base, adapter, clip")]
    [InlineData("""{"stage":"vae","model":"m","run":"r","batch":3,"workers":2}""", "batch (3) must be a multiple of workers (2)")]
    [InlineData("""{"stage":"adapter","model":"m","run":"r","method":"sd"}""", "'sd' is not one of radl, migc, gligen")]
    [InlineData("""{"stage":"adapter","model":"m","run":"r","method":"gligen","empty_layouts":1.5}""", "empty_layouts")]
    [InlineData("""{"stage":"adapter","model":"m","run":"r","gligen":{"context_width":8,"blocks":[]}}""", "gligen: method is 'radl'")]
    [InlineData("""{"stage":"adapter","model":"m","run":"r","radl":{"context_width":8,"relation":"loud","sites":[]}}""", "radl.relation")]
    [InlineData("""{"stage":"adapter","model":"m","run":"r","method":"migc","radl":{"context_width":8,"sites":[]}}""", "radl: method is 'migc'")]
    [InlineData("""{"stage":"adapter","model":"m","run":"r","migc":{"context_width":8,"sites":[]}}""", "migc: method is 'radl'")]
    [InlineData("""{"model":"m","run":"r"}""", ": stage: is required")]
    [InlineData("""{"stage":"vae",""", ": line 1: must be valid JSON (")]
    public void A_wrong_config_names_the_file_and_the_field(string json, string part)
    {
        string path = Path.Combine(Folder, "config.json");
        File.WriteAllText(path, json);
        var error = Assert.Throws<InvalidDataException>(() => TrainingConfigReader.Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Radl.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choices_of_an_adapter_are_read_by_name()
    {
        string path = Path.Combine(Folder, "config.json");
        File.WriteAllText(path, """{"stage":"adapter","model":"m","run":"r","radl":{"context_width":8,"relation":"Dropped","sites":[]}}""");
        Assert.Equal(RelationMode.Dropped, TrainingConfigReader.Read(path).Radl!.Relation);
    }

    [Theory]
    // GLIGEN learns to place by what its attention is told; the same without that stands among the ablations.
    [InlineData("radl", "migc", "migc", 0)]
    [InlineData("radl", "gligen", "gligen", 0.2)]
    [InlineData("radl", "ablations/gligen-velocity", "gligen", 0)]
    [InlineData("radl-more", "migc-more", "migc", 0)]
    [InlineData("ablations/radl-seed2-more", "ablations/migc-seed2-more", "migc", 0)]
    [InlineData("ablations/radl-seed3-more", "ablations/migc-seed3-more", "migc", 0)]
    public void The_shipped_adapters_are_trained_alike(string file, string otherFile, string method, double told)
    {
        TrainingConfig radl = Shipped(file);
        TrainingConfig other = Shipped(otherFile);
        Assert.Equal(("radl", method, told), (radl.Method, other.Method, other.GroundingWeight));
        Assert.Equal(radl.Model, other.Model);
        Assert.NotEqual(radl.Run, other.Run);
        Assert.Equal(Text(radl), Text(other with { Method = radl.Method, Run = radl.Run, Adapter = radl.Adapter, GroundingWeight = 0 }));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Further_training_seeds_differ_in_the_seed_alone(int seed)
    {
        TrainingConfig first = Shipped("radl-more");
        TrainingConfig other = Shipped($"ablations/radl-seed{seed}-more");
        Assert.Equal((ulong)seed, other.Seed);
        Assert.Equal(first.Model, other.Model);
        Assert.Equal(Text(first), Text(other with { Seed = first.Seed, Run = first.Run, Adapter = first.Adapter }));
    }

    [Fact]
    public void Paths_are_relative_to_the_file()
    {
        string path = Path.Combine(Folder, "config.json");
        File.WriteAllText(path, """{"stage":"vae","model":".","run":"../runs/x"}""");
        TrainingConfig config = TrainingConfigReader.Read(path);
        Assert.Equal(Folder, config.Model);
        Assert.Equal(Path.GetFullPath(Path.Combine(Folder, "../runs/x")), config.Run);
    }

    private static TrainingConfig Shipped(string name)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Radl.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        return TrainingConfigReader.Read(Path.Combine(folder, "models", "toybox", name + ".json"));
    }

    private static string Text(TrainingConfig config) => JsonSerializer.Serialize(config, TrainingJson.Default.TrainingConfig);
}
