namespace YarpIngress.Observability.Tracing;

/// <summary>Words of OpenTelemetry's conventions for HTTP.</summary>
internal static class HttpNames
{
    /// <summary>Stands for whatever is not known, so that no caller makes names without end.</summary>
    public const string Other = "_OTHER";

    /// <summary>The method, or <see cref="Other"/>.</summary>
    public static string Method(string method) => method is
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT"
        ? method
        : Other;

    /// <summary>Such as <c>1.1</c>.</summary>
    public static string Version(string protocol) => protocol switch
    {
        "HTTP/2" => "2",
        "HTTP/3" => "3",
        _ => protocol.StartsWith("HTTP/", StringComparison.Ordinal) ? protocol[5..] : protocol,
    };
}
