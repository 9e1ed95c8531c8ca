using System.Collections.Frozen;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using YarpIngress.Pipeline.ClientCertificates;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Proxy;
using YarpIngress.Translation;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>
/// The question to an authentication service: the head of the client's request as ingress-nginx hands it on, and no body.
/// </summary>
internal static class AuthRequest
{
    private const string OriginalUri = "X-Original-URI";

    // What is written here must not be the client's word.
    private static readonly FrozenSet<string> Withheld = new[]
    {
        HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.Expect, "X-Original-URL", OriginalUri, "X-Original-Method", "X-Sent-From",
        "X-Auth-Request-Redirect", OwnHeaders.XForwardedPrefix, "Forwarded", "ssl-client-cert", "ssl-client-verify",
        "ssl-client-subject-dn",
        "ssl-client-issuer-dn",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // As nginx with a cache: a part of an answer, or its absence, can't be shared.
    private static readonly FrozenSet<string> Conditions = new[]
    {
        HeaderNames.IfModifiedSince, HeaderNames.IfUnmodifiedSince, HeaderNames.IfNoneMatch, HeaderNames.IfMatch, HeaderNames.IfRange,
        HeaderNames.Range,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The question; null when what the client sent makes no URL of the configured one that may be asked.</summary>
    public static HttpRequestMessage? Of(GatewayRequest request, ExternalAuthPolicy policy)
    {
        if (policy.Url is not { } url || Host(request, url) is not { } host || Address(request, url, host) is not { } address)
            return null;
        var context = request.Context;
        var message = new HttpRequestMessage(new HttpMethod(policy.Method ?? HttpMethods.Get), address) { Version = HttpVersion.Version11 };
        var named = RequestHeaderRules.NamedBy(context.Request.Headers.Connection);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!RequestHeaderRules.IsForwarded(name, request)
                || Withheld.Contains(RequestHeaderRules.AsPlain(name))
                || (policy.CacheKey is not null && Conditions.Contains(name))
                || named?.Contains(name, StringComparer.OrdinalIgnoreCase) == true)
                continue;
            // RFC 9113, 8.2.3: HTTP/2 may split it, HTTP/1.1 may not.
            if (values.Count > 1 && name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
                Set(message, name, string.Join("; ", values.ToArray()));
            else if (!message.Headers.TryAddWithoutValidation(name, values.ToArray()))
                // What speaks of the content is passed too, although there is none.
                (message.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        if (request.ClientCertificate is { } certificate)
        {
            var sink = new QuestionHeaders(message);
            ClientCertificateHeaders.Write(request, certificate, ref sink);
        }
        var target = PathAndQuery(request);
        var client = request.Client?.ToString() ?? "";
        message.Headers.Host = host;
        Set(message, "X-Original-URL", $"{(context.Request.IsHttps ? "https" : "http")}://{context.Request.Headers.Host}{target}");
        Set(message, "X-Original-Method", context.Request.Method);
        Set(message, "X-Sent-From", "nginx-ingress-controller");
        Set(message, "X-Real-IP", client);
        Set(message, "X-Forwarded-For", request.FullForwardedFor ?? client);
        Set(message, "X-Auth-Request-Redirect", policy.RequestRedirect?.Resolve(request) ?? target);
        Set(message, RequestId.HeaderName, RequestId.Of(context));
        if (policy.Method is not null)
        {
            Set(message, OriginalUri, target);
            Set(message, "X-Scheme", request.Scheme);
        }
        foreach (var (name, value) in policy.Headers)
            Set(message, name, value.Resolve(request));
        if (policy.ClosesConnections)
            message.Headers.ConnectionClose = true;
        return message;
    }

    /// <summary>Path and query as the client sent them, without what stands before them in the absolute form.</summary>
    public static string PathAndQuery(GatewayRequest request)
    {
        var target = request.Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan(request.PathStart);
        return target.StartsWith('/') ? target.ToString() : $"/{target}";
    }

    /// <summary>The host that is asked; null when the client may not choose it.</summary>
    private static string? Host(GatewayRequest request, AuthUrl url)
    {
        if (url.Host.IsLiteral)
            return url.Host.Source;
        if (url.IsClientsHost && request.Chosen?.Host is null or "" or ['~', ..])
            return null;
        var host = url.Host.Resolve(request);
        return Uri.CheckHostName(host) is UriHostNameType.Unknown ? null : host;
    }

    private static Uri? Address(GatewayRequest request, AuthUrl url, string host)
    {
        var target = url.Target.IsLiteral ? url.Target.Source : Target(request, url.Target);
        return target is not null
            && Uri.TryCreate($"{(url.IsTls ? "https" : "http")}://{host}:{url.Port}{target}", VerbatimUri.Options, out var address)
                ? address
                : null;
    }

    /// <summary>
    /// Path and query with the request's own texts in them, which can't end the line, nor lead to another path of the service than the
    /// configured one; null when they try.
    /// </summary>
    private static string? Target(GatewayRequest request, VariableText text)
    {
        var target = new StringBuilder("");
        foreach (var part in text.Parts)
        {
            if (part.Literal is { } literal)
            {
                target.Append(literal);
                continue;
            }
            var inPath = !target.ToString().Contains('?');
            var value = RequestVariables.Of(request, part);
            if (inPath && HasDotElement(value))
                return null;
            foreach (var c in value)
            {
                if (c is > ' ' and <= '~' and not '#')
                    target.Append(c);
                else
                    AppendEscaped(target, c);
            }
        }
        return target.Length > 0 && target[0] == '/' ? target.ToString() : $"/{target}";
    }

    private static bool HasDotElement(string value)
    {
        var end = value.IndexOf('?');
        var path = (end < 0 ? value : value[..end])
            .Replace("%2e", ".", StringComparison.OrdinalIgnoreCase)
            .Replace("%2f", "/", StringComparison.OrdinalIgnoreCase)
            .Replace("%5c", "/", StringComparison.OrdinalIgnoreCase)
            .Replace('\\', '/');
        return path.Split('/', ';').Contains("..");
    }

    private static void AppendEscaped(StringBuilder target, char c)
    {
        Span<byte> bytes = stackalloc byte[4];
        var length = Encoding.UTF8.GetBytes([c], bytes);
        foreach (var b in bytes[..length])
            target.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void Set(HttpRequestMessage message, string name, string value)
    {
        // .NET keeps what speaks of the content apart.
        if (message.Headers.NonValidated.Contains(name))
            message.Headers.Remove(name);
        else if (message.Content?.Headers.NonValidated.Contains(name) == true)
            message.Content.Headers.Remove(name);
        // Variables hold what a client sent.
        if (value.Length > 0 && HeaderText.IsValue(value) && !message.Headers.TryAddWithoutValidation(name, value))
            (message.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
    }

    private readonly struct QuestionHeaders(HttpRequestMessage message) : IHeaderSink
    {
        public void Add(string name, string value) => Set(message, name, value);

        public void Add(string name, scoped ReadOnlySpan<byte> value) => Set(message, name, Encoding.ASCII.GetString(value));
    }
}
