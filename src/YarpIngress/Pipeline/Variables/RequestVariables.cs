using System.Collections.Frozen;
using System.Globalization;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Pipeline.Variables;

/// <summary>
/// The value of each of <see cref="VariableNames"/> for a request: empty for what it does not have. They mean what they do in the
/// access log.
/// </summary>
internal static class RequestVariables
{
    private delegate string Value(GatewayRequest request, string member);

    private static readonly FrozenDictionary<string, Value> Values = new Dictionary<string, Value>
    {
        // The request.
        ["request"] = (r, _) => $"{r.Context.Request.Method} {Target(r)} {Protocol(r)}",
        ["request_method"] = (r, _) => r.Context.Request.Method,
        ["request_uri"] = (r, _) => Target(r),
        ["uri"] = (r, _) => Split(r).Path,
        ["document_uri"] = (r, _) => Split(r).Path,
        ["args"] = (r, _) => Split(r).Query,
        ["query_string"] = (r, _) => Split(r).Query,
        ["is_args"] = (r, _) => Split(r).Query.Length > 0 ? "?" : "",
        ["server_protocol"] = (r, _) => Protocol(r),
        ["scheme"] = (r, _) => Scheme(r),
        ["pass_access_scheme"] = (r, _) => r.Scheme,
        ["https"] = (r, _) => r.Context.Request.IsHttps ? "on" : "",
        ["host"] = (r, _) => Host(r),
        ["best_http_host"] = (r, _) => r.AskedHost,
        ["content_length"] = (r, _) => Header(r.Context.Request.Headers, "Content-Length"),
        ["content_type"] = (r, _) => Header(r.Context.Request.Headers, "Content-Type"),
        ["remote_user"] = (r, _) => User(r),
        ["request_id"] = (r, _) => RequestId.Of(r.Context),
        ["req_id"] = (r, _) => RequestId.Of(r.Context),
        ["http_"] = (r, name) => Header(r.Context.Request.Headers, name),
        ["cookie_"] = (r, name) => r.Context.Request.Cookies[name] ?? "",
        ["arg_"] = (r, name) => Argument(Split(r).Query, name),

        // The connection.
        ["remote_addr"] = (r, _) => Address(r),
        ["the_real_ip"] = (r, _) => Address(r),
        ["binary_remote_addr"] = (r, _) => Address(r),
        ["proxy_add_x_forwarded_for"] = (r, _) => ForwardedFor(r),
        ["remote_port"] = (r, _) => Number(r.Context.Connection.RemotePort),
        ["server_addr"] = (r, _) => r.Context.Connection.LocalIpAddress?.ToString() ?? "",
        ["server_port"] = (r, _) => Number(r.Context.Connection.LocalPort),
        ["pass_server_port"] = (r, _) => Number(r.AskedPort),
        ["pass_port"] = (r, _) => Number(r.AskedPort),
        ["ssl_protocol"] = (r, _) => TlsProtocol(r.Context.Features.Get<ITlsHandshakeFeature>()?.Protocol),
        ["ssl_cipher"] = (r, _) => r.Context.Features.Get<ITlsHandshakeFeature>()?.NegotiatedCipherSuite?.ToString() ?? "",
        ["ssl_server_name"] = (r, _) => r.Context.Features.Get<ITlsHandshakeFeature>()?.HostName ?? "",

        // The answer.
        ["status"] = (r, _) => Number(r.Context.Response.StatusCode),
        ["sent_http_"] = (r, name) => Header(r.Context.Response.Headers, name),
        ["upstream_http_"] = (r, name) => Header(r.Context.Response.Headers, name),

        // The time.
        ["msec"] = (_, _) => (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture),
        ["time_iso8601"] = (_, _) => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture),

        // The route.
        ["namespace"] = (r, _) => r.Chosen?.Route?.Ingress.Namespace ?? "",
        ["ingress_name"] = (r, _) => r.Chosen?.Route?.Ingress.Name ?? "",
        ["service_name"] = (r, _) => r.Chosen?.Backend.Key.Service ?? "",
        ["service_port"] = (r, _) => r.Chosen?.Backend.Key.Port ?? "",
        ["location_path"] = (r, _) => r.Chosen?.Route?.Path ?? "",
        ["server_name"] = (r, _) => r.Chosen?.Host is { Length: > 0 } host ? host : RouteLabels.AnyHost,
        ["proxy_upstream_name"] = (r, _) => Upstream(r),
        ["proxy_host"] = (r, _) => Upstream(r),

        // The process.
        ["hostname"] = (_, _) => Environment.MachineName,
    }.ToFrozenDictionary();

    /// <summary>Every name that has a value here, families included.</summary>
    public static IEnumerable<string> Names => Values.Keys;

    /// <summary>The value of a variable.</summary>
    public static string Of(GatewayRequest request, VariablePart part) =>
        part.Variable is { } name ? Values[name](request, part.Member) : "";

    /// <summary>The text for a request.</summary>
    public static string Resolve(this VariableText text, GatewayRequest request)
    {
        if (text.Parts is [{ } only])
            return only.Literal ?? Of(request, only);
        var value = new StringBuilder();
        foreach (var part in text.Parts)
            value.Append(part.Literal ?? Of(request, part));
        return value.ToString();
    }

    private static string Target(GatewayRequest request) => request.Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    private static (string Path, string Query) Split(GatewayRequest request)
    {
        var target = Target(request);
        var query = target.IndexOf('?');
        return query < 0 ? (target, "") : (target[..query], target[(query + 1)..]);
    }

    private static string Protocol(GatewayRequest request) =>
        request.Context.Request.Protocol is "HTTP/2" ? "HTTP/2.0" : request.Context.Request.Protocol;

    private static string Scheme(GatewayRequest request) => request.Context.Request.IsHttps ? "https" : "http";

    private static string Host(GatewayRequest request) =>
        RequestHost.TryParse(request.Context.Request.Headers.Host.ToString(), out var host) ? host.ToString().ToLowerInvariant() : "";

    private static string Header(IHeaderDictionary headers, string name) => Joined(headers[name]);

    private static string Joined(StringValues values) => values.Count == 1 ? values[0] ?? "" : string.Join(", ", values.ToArray());

    private static string Argument(string query, string name)
    {
        foreach (var range in query.AsSpan().Split('&'))
        {
            var pair = query.AsSpan()[range];
            if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return pair[(name.Length + 1)..].ToString();
        }
        return "";
    }

    private static string User(GatewayRequest request)
    {
        const string Basic = "Basic ";
        if (request.Context.Request.Headers.Authorization is not [{ } value]
            || !value.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return "";
        var bytes = new byte[value.Length];
        if (!Convert.TryFromBase64String(value[Basic.Length..].Trim(), bytes, out var written))
            return "";
        var pair = Encoding.Latin1.GetString(bytes, 0, written);
        var colon = pair.IndexOf(':');
        return colon < 0 ? pair : pair[..colon];
    }

    private static string Address(GatewayRequest request) => request.Client?.ToString() ?? "";

    private static string ForwardedFor(GatewayRequest request) =>
        Header(request.Context.Request.Headers, "X-Forwarded-For") is { Length: > 0 } claimed
            ? $"{claimed}, {Address(request)}"
            : Address(request);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string TlsProtocol(SslProtocols? protocol) => protocol switch
    {
        null => "",
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        { } other => other.ToString(),
    };

    private static string Upstream(GatewayRequest request)
    {
        if (request.Chosen is not { } route)
            return "";
        var backend = route.Backend.Key;
        return route.Route is null ? "upstream-default-backend" : $"{backend.Namespace}-{backend.Service}-{backend.Port}";
    }
}
