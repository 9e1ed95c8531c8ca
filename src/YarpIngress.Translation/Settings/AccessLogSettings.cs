using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The access log, as the global ConfigMap describes it. Defaults are ingress-nginx's.</summary>
public sealed record AccessLogSettings
{
    /// <summary>ingress-nginx's <c>upstreaminfo</c>.</summary>
    public const string DefaultFormat =
        """$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" """
        + "$request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr "
        + "$upstream_response_length $upstream_response_time $upstream_status $req_id";

    /// <summary><c>disable-access-log</c> and <c>disable-http-access-log</c>: whether there is a log at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary><c>http-access-log-path</c>, else <c>access-log-path</c>: a file; null is standard output.</summary>
    public string? Path { get; init; }

    /// <summary><c>log-format-upstream</c>: nginx's syntax and variables.</summary>
    public string Format { get; init; } = DefaultFormat;

    /// <summary><c>log-format-escape-json</c>, <c>log-format-escape-none</c>.</summary>
    public LogEscape Escape { get; init; }

    /// <summary>
    /// <c>skip-access-log-urls</c>: request targets, query included, that are not logged. As in an nginx map: without
    /// regard to case, or <c>~regex</c>, or <c>~*regex</c> without regard to case.
    /// </summary>
    public EquatableArray<string> SkipUrls { get; init; } = [];

    /// <summary>ingress-nginx's format of connections.</summary>
    public const string DefaultStreamFormat = "[$remote_addr] [$time_local] $protocol $status $bytes_sent $bytes_received $session_time";

    /// <summary>
    /// <c>disable-access-log</c> and <c>disable-stream-access-log</c>: whether TCP connections and UDP sessions are logged.
    /// </summary>
    public bool StreamEnabled { get; init; } = true;

    /// <summary><c>stream-access-log-path</c>, else <c>access-log-path</c>: a file; null is standard output.</summary>
    public string? StreamPath { get; init; }

    /// <summary><c>log-format-stream</c>: nginx's syntax, and variables of its own.</summary>
    public string StreamFormat { get; init; } = DefaultStreamFormat;

    /// <summary>
    /// <c>enable-access-log-for-default-backend</c>: whether requests for hosts that no rule names are logged; those that an Ingress for
    /// all hosts serves are.
    /// </summary>
    public bool ForDefaultBackend { get; init; }
}
