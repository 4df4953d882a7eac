using System.Text.Json.Serialization;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;

namespace Radl.Layout.Methods;

/// <summary>Generated readers of the adapters' configs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(GligenConfig))]
[JsonSerializable(typeof(MigcConfig))]
[JsonSerializable(typeof(RadlConfig))]
internal sealed partial class LayoutJson : JsonSerializerContext;
