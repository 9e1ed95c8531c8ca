using System.Net;
using System.Text.Json.Nodes;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>What a client saw: the gateway's answer and, when a pod gave it, the pod's account of the request.</summary>
internal sealed record GatewayAnswer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    private readonly JsonNode? _echo = Headers.GetValueOrDefault("Content-Type", "")
        .StartsWith("application/json", StringComparison.Ordinal)
        ? JsonNode.Parse(Body)
        : null;

    public int Code => (int)Status;

    public string? Pod => (string?)_echo?["pod"];

    public string? Service => (string?)_echo?["service"];

    public string? Path => (string?)_echo?["path"];

    /// <summary>The values of a header as the pod received it, joined by commas; null when it did not.</summary>
    public string? PodHeader(string name) => _echo?["headers"] is JsonObject headers
        ? headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonArray values
            ? string.Join(',', values.Select(value => (string?)value))
            : null
        : null;

    public override string ToString() => $"{Code} {(Body.Length > 300 ? Body[..300] : Body)}";
}
