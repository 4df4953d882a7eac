using Radl.Layout.Scenes;
using Radl.Toybox.Text;

namespace Radl.Toybox.Tests.Text;

public class ExampleSceneTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder(), "*.json").Select(p => Path.GetFileName(p)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void An_example_speaks_the_world_s_words_and_its_boxes_are_apart(string file)
    {
        Scene scene = SceneReader.ReadFile(Path.Combine(Folder(), file));
        string prompt = scene.Prompt;
        Assert.All(prompt.Replace(",", " ,", StringComparison.Ordinal).Split(' '), word => Assert.Contains(word, ToyVocabulary.Words));

        var boxes = new List<World.ToyBox>();
        foreach (SceneInstance instance in scene.Instances)
        {
            Assert.Contains(instance.Label, prompt, StringComparison.Ordinal);
            var box = new World.ToyBox((float)instance.Box.X1, (float)instance.Box.Y1, (float)instance.Box.X2, (float)instance.Box.Y2);
            Assert.True(box.X1 >= 0 && box.Y1 >= 0 && box.X2 <= 1 && box.Y2 <= 1 && box.Width > 0 && box.Height > 0);
            Assert.All(boxes, other => Assert.False(box.IsWithin(other, 3f / 128)));
            boxes.Add(box);
        }
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Radl.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"no Radl.slnx above {AppContext.BaseDirectory}");
        }

        return Path.Combine(folder.FullName, "examples");
    }
}
