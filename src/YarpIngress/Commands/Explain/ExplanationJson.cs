using System.Text.Json;
using System.Text.Json.Serialization;
using YarpIngress.Commands.Explain.Streams;
using YarpIngress.Observability.Failures;

namespace YarpIngress.Commands.Explain;

/// <summary>Explanations and failures as JSON: what <c>explain -o json</c> prints and the admin port answers with.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(StreamExplanation))]
[JsonSerializable(typeof(ExplainedFailure))]
[JsonSerializable(typeof(FailureList))]
[JsonSerializable(typeof(ErrorText))]
internal sealed partial class ExplanationJson : JsonSerializerContext;

/// <summary>A request that failed, and why it would be served as it is now.</summary>
/// <param name="Failure">What happened.</param>
/// <param name="Explanation">How the same request would be served now; null when it can't be told.</param>
/// <param name="Text">Both for people.</param>
internal sealed record ExplainedFailure(Failure Failure, Explanation? Explanation, string Text);

/// <summary>Recent failures.</summary>
/// <param name="Failures">Newest first.</param>
internal sealed record FailureList(IReadOnlyList<Failure> Failures);

/// <summary>Why there is no answer.</summary>
/// <param name="Error">For people.</param>
internal sealed record ErrorText(string Error);
