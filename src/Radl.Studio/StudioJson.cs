using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Studio.Api;
using Radl.Studio.Compat;
using Radl.Studio.Drawing;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;

namespace Radl.Studio;

/// <summary>Source-generated JSON of everything that the studio writes and of what it keeps.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(SettingsBody))]
[JsonSerializable(typeof(JobResult))]
[JsonSerializable(typeof(JobFailure))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(PictureDetections))]
[JsonSerializable(typeof(GenerationRequestBody))]
[JsonSerializable(typeof(GenerationBody))]
[JsonSerializable(typeof(GenerationPage))]
[JsonSerializable(typeof(QueuedData))]
[JsonSerializable(typeof(StartedData))]
[JsonSerializable(typeof(StepData))]
[JsonSerializable(typeof(FailedData))]
[JsonSerializable(typeof(AttentionMapsBody))]
[JsonSerializable(typeof(PromptBody))]
[JsonSerializable(typeof(RelationsBody))]
[JsonSerializable(typeof(SceneCheckBody))]
[JsonSerializable(typeof(RecipeBody))]
[JsonSerializable(typeof(IReadOnlyList<ModelBody>))]
[JsonSerializable(typeof(IReadOnlyList<MethodBody>))]
[JsonSerializable(typeof(HealthBody))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(SdImages))]
[JsonSerializable(typeof(SdInfo))]
[JsonSerializable(typeof(IReadOnlyList<SdSampler>))]
[JsonSerializable(typeof(IReadOnlyList<SdModel>))]
[JsonSerializable(typeof(SdProgress))]
[JsonSerializable(typeof(SdOptions))]
[JsonSerializable(typeof(OpenAiImages))]
[JsonSerializable(typeof(OpenAiModels))]
internal sealed partial class StudioJson : JsonSerializerContext
{
    /// <summary>Answers are never placed in a page's markup, and are not to be sniffed as such: apostrophes and plus signs stay what they are.</summary>
    public static StudioJson Wire => LazyWire.Value;

    // Which of two static fields is set first in a generated class is not said, so this one waits for its first use.
    private static readonly Lazy<StudioJson> LazyWire = new(() => new(new JsonSerializerOptions(Default!.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
}
