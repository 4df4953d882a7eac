using Radl.Layout.Generation;
using Radl.Layout.Scenes;
using Radl.Studio.Jobs;

namespace Radl.Studio.Tests.Jobs;

internal static class Requests
{
    public static JobRequest Any { get; } = new() { Scene = new Scene { Prompt = "a fish" }, Model = "tiny", Settings = new GenerationSettings(), Seed = 1 };
}
