namespace YarpIngress.Observability.AccessLog.Variables;

/// <summary>Writes one value of a line.</summary>
internal delegate void LogValue(LogLine line, in LogEntry entry);

/// <summary>A variable of nginx that a log format may hold.</summary>
/// <param name="Name">Without the dollar sign; of a family, the part that its members share, such as <c>http_</c>.</param>
/// <param name="Doc">What it is here; may differ from nginx, and then says so.</param>
/// <param name="Value">Makes the writer of its value; of a family, from the rest of the name.</param>
internal sealed record LogVariable(string Name, string Doc, Func<string, LogValue> Value)
{
    /// <summary>A variable that stands for itself.</summary>
    public static LogVariable Of(string name, string doc, LogValue value) => new(name, doc, _ => value);
}
