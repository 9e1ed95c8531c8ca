using System.Text.Json.Serialization;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>A host as the bare YARP app reads it.</summary>
internal sealed record BareYarpHost(string Name, string? Certificate, string? Key, BareYarpPath[] Paths);

/// <summary>A path of it.</summary>
internal sealed record BareYarpPath(string Path, string Backend);

[JsonSerializable(typeof(BareYarpHost[]))]
internal sealed partial class BareYarpJson : JsonSerializerContext;
