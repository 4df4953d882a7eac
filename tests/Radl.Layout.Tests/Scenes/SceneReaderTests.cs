using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Layout.Tests.Scenes;

public class SceneReaderTests
{
    // The example of the published interface.
    private const string Example = """
        {
          "prompt": "a red striped fish chasing a blue car, on a gray background",
          "negative_prompt": "",
          "instances": [
            { "label": "a red striped fish", "box": [0.08, 0.35, 0.42, 0.60] },
            { "label": "a blue car",         "box": [0.52, 0.30, 0.94, 0.62], "strength": 1.0, "negative": "" }
          ],
          "relations": [ { "subject": 0, "verb": "chasing", "object": 1 } ],
          "width": 128, "height": 128, "seed": 7
        }
        """;

    [Fact]
    public void The_published_example_is_read()
    {
        var scene = SceneReader.Parse(Example, "scene.json");
        Assert.Equal("a red striped fish chasing a blue car, on a gray background", scene.Prompt);
        Assert.Equal("", scene.NegativePrompt);
        Assert.Equal(new NormalizedBox(0.52, 0.30, 0.94, 0.62), scene.Instances[1].Box);
        Assert.Equal([new SceneRelation(0, "chasing", 1)], scene.Relations);
        Assert.Equal((128, 128, 7L), (scene.Width, scene.Height, scene.Seed));
        Assert.All(scene.Instances, instance => Assert.Equal((1.0, ""), (instance.Strength, instance.Negative)));
    }

    [Fact]
    public void Only_the_prompt_is_required()
    {
        var scene = SceneReader.Parse("""{"prompt": ""}""", "scene.json");
        Assert.Empty(scene.Instances);
        Assert.Null(scene.Relations);
        Assert.Null(scene.Width ?? scene.Height);
        Assert.Null(scene.NegativePrompt);
        Assert.Null(scene.Seed);
    }

    [Fact]
    public void No_relations_and_an_empty_list_are_different_things() =>
        Assert.Empty(SceneReader.Parse("""{"prompt": "a", "relations": []}""", "scene.json").Relations!);

    [Fact]
    public void A_byte_order_mark_and_the_editors_schema_field_are_accepted() =>
        Assert.Equal("a", SceneReader.Parse("\uFEFF{\"$schema\": \"../docs/scene.schema.json\", \"prompt\": \"a\"}", "scene.json").Prompt);

    [Fact]
    public void Twenty_seven_instances_are_allowed()
    {
        var instances = Enumerable.Range(0, 27).Select(i => FormattableString.Invariant($"{{\"label\": \"x\", \"box\": [0, 0, 1, {(i + 1) / 27.0}]}}"));
        Assert.Equal(27, SceneReader.Parse($"{{\"prompt\": \"\", \"instances\": [{string.Join(',', instances)}]}}", "scene.json").Instances.Count);
    }

    [Theory]
    [InlineData("128.0", 128)]
    [InlineData("1.28e2", 128)]
    [InlineData("12800E-2", 128)]
    [InlineData("1e+2", 100)]
    [InlineData("0.0", 0)]
    [InlineData("-0", 0)]
    [InlineData("0e-999999999999", 0)]
    [InlineData("9223372036854775806.000", 9223372036854775806)]
    [InlineData("9.223372036854775806E18", 9223372036854775806)]
    public void A_number_without_a_fraction_is_an_integer_however_it_is_written(string written, long seed) =>
        Assert.Equal(seed, SceneReader.Parse($"{{\"prompt\": \"a\", \"seed\": {written}}}", "scene.json").Seed);

    [Fact]
    public void Sides_and_indices_may_be_written_with_a_point_too()
    {
        var scene = SceneReader.Parse(
            """{"prompt": "a", "instances": [{"label": "b", "box": [0,0,0.5,1]}, {"label": "c", "box": [0.5,0,1,1]}], "relations": [{"subject": 0.0, "verb": "on", "object": 1.0}], "width": 128.0, "height": 6.4e1}""",
            "scene.json");
        Assert.Equal((128, 64), (scene.Width, scene.Height));
        Assert.Equal([new SceneRelation(0, "on", 1)], scene.Relations);
    }

    [Fact]
    public void Astral_characters_are_whole_characters() =>
        Assert.Equal("a 🦓 and 🦕", SceneReader.Parse("""{"prompt": "a \ud83e\udd93 and 🦕"}""", "scene.json").Prompt);

    [Theory]
    [InlineData("[0.5, 0, 0.2, 1]", "instances[0].box: x2 (0.2) must be greater than x1 (0.5)")]
    [InlineData("[0, 0.25, 1, 0.25]", "instances[0].box: y2 (0.25) must be greater than y1 (0.25)")]
    [InlineData("[0.5, 0, 0.5000000001, 1]", "instances[0].box: x2 (0.5000000001) must be greater than x1 (0.5)")]
    [InlineData("[-0.1, 0, 1, 1]", "instances[0].box: x1 (-0.1) must lie in [0, 1]")]
    [InlineData("[0, 0, 1, 1.5]", "instances[0].box: y2 (1.5) must lie in [0, 1]")]
    [InlineData("[0, 0, 512, 512]", "instances[0].box: x2 (512) must lie in [0, 1]")]
    [InlineData("[0, 0, 1]", "instances[0].box: must be [x1, y1, x2, y2], not 3 numbers")]
    [InlineData("[0, 0, 1, \"1\"]", "instances[0].box[3]: must be a number, not a string")]
    [InlineData("[0, 0, 1, \"NaN\"]", "instances[0].box[3]: must be a number, not a string")]
    [InlineData("[0, 0, 1, null]", "instances[0].box[3]: must be a number, not null")]
    [InlineData("[0, 0, 1, 1e999]", "instances[0].box[3]: 1e999 is not finite in double precision")]
    [InlineData("{}", "instances[0].box: must be an array, not an object")]
    [InlineData("true", "instances[0].box: must be an array, not a boolean")]
    public void A_wrong_box_is_named_with_its_rule(string box, string error) =>
        AssertError($$"""{"prompt": "a", "instances": [{"label": "b", "box": {{box}}}]}""", error);

    [Theory]
    [InlineData("[0, 0, 1, NaN]", "instances[0].box[3]: must be valid JSON (line 1: 'N'")]
    [InlineData("[0, Infinity, 1, 1]", "instances[0].box[1]: must be valid JSON (line 1: 'I'")]
    [InlineData("[0, 0, -Infinity, 1]", "instances[0].box[2]: must be valid JSON (line 1: 'I'")]
    [InlineData("[0, 0, 1, 1,]", "instances[0].box[4]: must be valid JSON")]
    public void A_number_that_json_lacks_is_found_at_its_place(string box, string error) =>
        AssertError($$"""{"prompt": "a", "instances": [{"label": "b", "box": {{box}}}]}""", error);

    [Theory]
    [InlineData("[]", "$: must be an object, not an array")]
    [InlineData("null", "$: must be an object, not null")]
    [InlineData("", "$: must be valid JSON")]
    [InlineData("{\"prompt\": \"a\"} {}", "$: must be valid JSON")]
    [InlineData("{\"prompt\": \"a\"", "must be valid JSON")]
    [InlineData("{\"prompt\": 'a'}", "prompt: must be valid JSON")]
    [InlineData("{}", "prompt: is required")]
    [InlineData("{\"prompt\": 3}", "prompt: must be a string, not a number")]
    [InlineData("{\"prompt\": null}", "prompt: must be a string, not null")]
    [InlineData("{\"prompt\": \"a\", \"prompt\": \"a\"}", "prompt: appears twice")]
    [InlineData("{\"prompt\": \"a\", \"promt\": \"a\"}", "promt: unknown field; known are prompt, negative_prompt, instances")]
    [InlineData("{\"prompt\": \"a\", \"Prompt\": \"a\"}", "Prompt: unknown field")]
    [InlineData("{\"prompt\": \"a\", \"a b\\u0007\": 1}", "[\"a b\\u0007\"]: unknown field")]
    [InlineData("{\"prompt\": \"a\", \"\\ud800\": 1}", "$: a field's name holds half of a surrogate pair")]
    [InlineData("{\"prompt\": \"\\ud800x\"}", "prompt: holds half of a surrogate pair")]
    [InlineData("{\"prompt\": \"x\\udc00\"}", "prompt: holds half of a surrogate pair")]
    [InlineData("{\"prompt\": \"ab\\u0000\"}", "prompt: character 2 is U+0000, which is not allowed")]
    [InlineData("{\"prompt\": \"a\", \"instances\": [{}]}", "instances[0].label: is required")]
    [InlineData("{\"prompt\": \"a\", \"instances\": [{\"label\": \"b\"}]}", "instances[0]: needs a box or a mask")]
    [InlineData("{\"prompt\": \"a\", \"instances\": [{\"label\": \" \", \"box\": [0,0,1,1]}]}", "instances[0].label: must not be blank")]
    [InlineData("{\"prompt\": \"a\", \"instances\": [{\"label\": \"b\", \"box\": [0,0,1,1], \"colour\": 1}]}", "instances[0].colour: unknown field; known are label, box")]
    [InlineData("{\"prompt\": \"a\", \"instances\": [{\"label\": \"b\", \"box\": [0,0,1,1], \"strength\": -0.5}]}", "instances[0].strength: (-0.5) must lie in [0, 5]")]
    [InlineData("{\"prompt\": \"a\", \"instances\": [{\"label\": \"b\", \"box\": [0,0,1,1], \"strength\": 5.5}]}", "instances[0].strength: (5.5) must lie in [0, 5]")]
    [InlineData("{\"prompt\": \"a\", \"instances\": 3}", "instances: must be an array, not a number")]
    [InlineData("{\"prompt\": \"a\", \"width\": 100}", "width: (100) must be a multiple of 8")]
    [InlineData("{\"prompt\": \"a\", \"height\": 56}", "height: (56) must lie in [64, 2048]")]
    [InlineData("{\"prompt\": \"a\", \"height\": 2056}", "height: (2056) must lie in [64, 2048]")]
    [InlineData("{\"prompt\": \"a\", \"width\": 128.5}", "width: (128.5) must be an integer")]
    [InlineData("{\"prompt\": \"a\", \"width\": 99999999999}", "width: (99999999999) must be an integer in 32 bits")]
    [InlineData("{\"prompt\": \"a\", \"seed\": -1}", "seed: (-1) must lie in [0, 9223372036854775806]")]
    [InlineData("{\"prompt\": \"a\", \"seed\": 9223372036854775807}", "seed: (9223372036854775807) must lie in [0, 9223372036854775806]")]
    [InlineData("{\"prompt\": \"a\", \"seed\": 1e19}", "seed: (1e19) must be an integer in 64 bits")]
    [InlineData("{\"prompt\": \"a\", \"seed\": 1e-2}", "seed: (1e-2) must be an integer in 64 bits")]
    [InlineData("{\"prompt\": \"a\", \"seed\": 7.00000000000000000000000000001}", "must be an integer in 64 bits")]
    [InlineData("{\"prompt\": \"a\", \"seed\": 99999999999999999999}", "seed: (99999999999999999999) must be an integer in 64 bits")]
    [InlineData("{\"prompt\": \"a\", \"seed\": \"7\"}", "seed: must be an integer, not a string")]
    public void A_wrong_field_is_named_with_its_rule(string json, string error) => AssertError(json, error);

    [Theory]
    [InlineData("{\"subject\": 0, \"verb\": \"on\", \"object\": 2}", "relations[0].object: (2) must be the index of an instance, 0 to 1")]
    [InlineData("{\"subject\": -1, \"verb\": \"on\", \"object\": 1}", "relations[0].subject: (-1) must be the index of an instance, 0 to 1")]
    [InlineData("{\"subject\": 1, \"verb\": \"on\", \"object\": 1}", "relations[0].object: (1) must differ from the subject")]
    [InlineData("{\"subject\": 0, \"verb\": \"\", \"object\": 1}", "relations[0].verb: must not be blank")]
    [InlineData("{\"subject\": 0.5, \"verb\": \"on\", \"object\": 1}", "relations[0].subject: (0.5) must be an integer")]
    [InlineData("{\"subject\": 0, \"object\": 1}", "relations[0].verb: is required")]
    [InlineData("{\"subject\": 0, \"verb\": \"on\", \"object\": 1}, {\"subject\": 0, \"verb\": \"on\", \"object\": 1}", "relations[1]: duplicate of relations[0]")]
    public void A_wrong_relation_is_named_with_its_rule(string relations, string error) => AssertError(
        "{\"prompt\": \"a\", \"instances\": [{\"label\": \"b\", \"box\": [0,0,0.5,1]}, {\"label\": \"c\", \"box\": [0.5,0,1,1]}], \"relations\": [" + relations + "]}", error);

    [Fact]
    public void A_relation_without_instances_says_so() =>
        AssertError("""{"prompt": "a", "relations": [{"subject": 0, "verb": "on", "object": 1}]}""", "relations[0].subject: (0) names an instance, but there is none");

    [Fact]
    public void Two_things_in_one_box_are_refused() => AssertError(
        """{"prompt": "a", "instances": [{"label": "b", "box": [0,0,1,1]}, {"label": "c", "box": [0,0,0.5,1]}, {"label": "d", "box": [0,0,1,1.0]}]}""",
        "instances[2].box: duplicate of instances[0].box");

    [Fact]
    public void Ten_thousand_instances_are_refused_with_the_limit() => AssertError(
        $"{{\"prompt\": \"a\", \"instances\": [{string.Join(',', Enumerable.Repeat("{}", 10_000))}]}}", "instances: has 10000 entries; at most 27 are allowed");

    [Fact]
    public void A_prompt_of_a_megabyte_is_refused_with_the_limit() => AssertError(
        $"{{\"prompt\": \"{new string('a', 1 << 20)}\"}}", "prompt: has 1048576 characters; at most 10000 are allowed");

    [Fact]
    public void Nesting_without_end_is_refused() => AssertError(
        "{\"prompt\": " + new string('[', 100_000), "must be valid JSON");

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var error = Assert.Throws<SceneFormatException>(() => SceneReader.Parse("{\"prompt\": \"\xFF\"}"u8.ToArray().Where(b => b != 0xC3).ToArray(), "scene.json"));
        Assert.Equal("scene.json: $: must be UTF-8; byte 12 is not", error.Message);
    }

    [Fact]
    public void Text_with_half_a_surrogate_pair_is_refused() =>
        AssertError("{\"prompt\": \"\uD800\"}", "$: character 12 is half of a surrogate pair");

    [Fact]
    public void The_error_carries_file_path_and_rule_apart()
    {
        var error = Assert.Throws<SceneFormatException>(() => SceneReader.Parse("""{"prompt": "a", "width": 100}""", "x/scene.json"));
        Assert.Equal(("x/scene.json", "width", "(100) must be a multiple of 8"), (error.File, error.JsonPath, error.Rule));
    }

    [Fact]
    public void A_scene_made_in_code_keeps_the_same_rules()
    {
        var scene = new Scene { Prompt = "a", Instances = [new() { Label = "b", Box = new(0, 0, double.NaN, 1) }] };
        Assert.StartsWith("instances[0].box: x2 (NaN) must be a finite number", Assert.Throws<ArgumentException>(scene.Validate).Message, StringComparison.Ordinal);
    }

    internal static void AssertError(string json, string expected)
    {
        var error = Assert.Throws<SceneFormatException>(() => SceneReader.Parse(json, "scene.json"));
        Assert.StartsWith("scene.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
