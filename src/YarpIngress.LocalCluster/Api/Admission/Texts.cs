using System.Text.Json.Serialization;

namespace YarpIngress.LocalCluster.Api.Admission;

/// <summary>Texts in quotes, as error messages have them.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class Texts : JsonSerializerContext;
