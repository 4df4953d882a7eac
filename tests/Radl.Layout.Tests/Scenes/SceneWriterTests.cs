using FsCheck;
using FsCheck.Fluent;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Layout.Tests.Scenes;

public sealed class SceneWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("radl-scenes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_scene_comes_back_as_it_was()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Scenes().ToArbitrary(), scene =>
        {
            var json = SceneWriter.ToJson(scene, isIndented: false);
            Assert.DoesNotContain('\n', json);
            var back = SceneReader.Parse(json, "scene.json");
            Assert.Equal(scene.Prompt, back.Prompt);
            Assert.Equal(scene.NegativePrompt, back.NegativePrompt);
            Assert.Equal(scene.Relations, back.Relations);
            Assert.Equal((scene.Width, scene.Height, scene.Seed), (back.Width, back.Height, back.Seed));
            Assert.Equal(scene.Instances.Select(instance => instance with { Mask = null }), back.Instances.Select(instance => instance with { Mask = null }));
            Assert.Equal(json, SceneWriter.ToJson(back, isIndented: false));
        }));
    }

    [Fact]
    public void A_mask_picture_comes_back_from_inside_the_scene()
    {
        var shape = new ImageShape(3, 2, [true, false, true, false, false, true]);
        var scene = new Scene { Prompt = "a", Instances = [new() { Label = "b", Box = shape.Bounds, Mask = shape }] };
        var path = Path.Combine(_folder, "scene.json");
        SceneWriter.WriteFile(path, scene);
        var back = Assert.IsType<ImageShape>(SceneReader.ReadFile(path).Instances[0].Mask);
        Assert.Equal((3, 2), (back.Width, back.Height));
        Assert.Equal(shape.Marks.ToArray(), back.Marks.ToArray());
    }

    [Fact]
    public void A_scene_that_breaks_a_rule_is_not_written() =>
        Assert.Throws<ArgumentException>(() => SceneWriter.ToJson(new Scene { Prompt = "\uD800" }));

    private static Gen<Scene> Scenes()
    {
        var texts = Gen.Elements("a red fish", "кот", "猫 🦓", "\"quoted\" \\ \n line", "</script>", "\u007F\u2028").Where(text => text.Length > 0);
        var shares = Gen.Choose(0, 1000).Select(value => value / 1000.0);
        var boxes = shares.Two().Two().Where(pair => pair.Item1.Item1 != pair.Item2.Item1 && pair.Item1.Item2 != pair.Item2.Item2).Select(pair => new NormalizedBox(
            Math.Min(pair.Item1.Item1, pair.Item2.Item1), Math.Min(pair.Item1.Item2, pair.Item2.Item2),
            Math.Max(pair.Item1.Item1, pair.Item2.Item1), Math.Max(pair.Item1.Item2, pair.Item2.Item2)));
        var instances = from label in texts
                        from box in boxes
                        from strength in Gen.Elements(0.0, 1.0, 0.3, 5.0)
                        from negative in Gen.OneOf(Gen.Constant(""), texts)
                        from hasMask in Gen.Elements(true, false)
                        select new SceneInstance
                        {
                            Label = label, Box = box, Strength = strength, Negative = negative,
                            Mask = hasMask ? new PolygonShape([[(box.X1, box.Y1), (box.X2, box.Y1), (box.X2, box.Y2)]]) : null,
                        };
        return from prompt in texts
               from negative in Gen.Elements(null, "", "blurry")
               from things in instances.ListOf(5)
               from count in Gen.Choose(0, 5)
               from side in Gen.Elements<int?>(null, 64, 512, 2048)
               from seed in Gen.Elements<long?>(null, 0, 7, SceneLimits.Seed)
               from verb in texts
               from hasRelations in Gen.Elements(true, false)
               let kept = things.Take(count).DistinctBy(thing => thing.Box).ToArray()
               select new Scene
               {
                   Prompt = prompt, NegativePrompt = negative, Instances = kept, Width = side, Height = side, Seed = seed,
                   Relations = !hasRelations ? null : kept.Length < 2 ? [] : [new SceneRelation(1, verb, 0)],
               };
    }
}
