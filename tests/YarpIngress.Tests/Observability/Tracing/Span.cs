using System.Globalization;

namespace YarpIngress.Tests.Observability.Tracing;

/// <summary>A span as a collector got it.</summary>
internal sealed record Span(
    string TraceId, string Id, string ParentId, string State, string Name, string Kind, ulong Start, ulong End, bool IsError,
    IReadOnlyDictionary<string, string> Tags, IReadOnlyDictionary<string, string> Resource)
{
    /// <summary>Reads the body of an OTLP export.</summary>
    public static IEnumerable<Span> ReadAll(byte[] export) =>
        from resource in new ProtobufMessage(export).Messages(1)
        let about = Attributes(resource.Messages(1).SingleOrDefault(), 1)
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new Span(
            span.Hex(1), span.Hex(2), span.Hex(4), span.Text(3), span.Text(5),
            span.Number(6) switch { 2 => "server", 3 => "client", var other => other.ToString(CultureInfo.InvariantCulture) },
            span.Number(7), span.Number(8), span.Messages(15).SingleOrDefault()?.Number(3) == 2, Attributes(span, 9), about);

    private static Dictionary<string, string> Attributes(ProtobufMessage? owner, int number) =>
        (owner?.Messages(number) ?? []).ToDictionary(pair => pair.Text(1), pair => Value(pair.Messages(2).Single()));

    private static string Value(ProtobufMessage value) =>
        value.Has(3) ? value.Number(3).ToString(CultureInfo.InvariantCulture)
        : value.Has(5) ? string.Join(',', value.Messages(5).Single().Messages(1).Select(Value))
        : value.Text(1);
}
