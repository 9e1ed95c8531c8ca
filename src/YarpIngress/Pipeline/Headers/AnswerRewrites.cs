using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Translation;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Changes what a pod's answer says of the pod's own address: Location, Refresh, and cookies.</summary>
internal static class AnswerRewrites
{
    private const string RefreshHeader = "Refresh";
    private const string RefreshUrl = "url=";

    /// <summary>Changes the headers of the answer.</summary>
    public static void Apply(AnswerRewritePolicy policy, GatewayRequest request)
    {
        var headers = request.Context.Response.Headers;
        if (policy.Redirect is { } redirect)
        {
            if (headers.Location is [{ } location] && Replace(redirect, location, request) is { } elsewhere)
                headers.Location = elsewhere;
            if (headers[RefreshHeader] is [{ } refresh] && Refreshed(redirect, refresh, request) is { } changed)
                headers[RefreshHeader] = changed;
        }
        if ((policy.CookieDomain is not null || policy.CookiePath is not null) && headers.SetCookie is { Count: > 0 } cookies)
            headers.SetCookie = new StringValues([.. cookies.Select(cookie => Cookie(policy, cookie ?? "", request))]);
    }

    private static string? Refreshed(TextRewrite rewrite, string refresh, GatewayRequest request)
    {
        var at = refresh.IndexOf(RefreshUrl, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        at += RefreshUrl.Length;
        return Replace(rewrite, refresh[at..], request) is { } url ? refresh[..at] + url : null;
    }

    /// <summary>A cookie with other attributes; its name and value stay as they are.</summary>
    private static string Cookie(AnswerRewritePolicy policy, string cookie, GatewayRequest request)
    {
        if (!cookie.Contains(';'))
            return cookie;
        var parts = cookie.Split(';');
        var isChanged = false;
        for (var i = 1; i < parts.Length; i++)
        {
            var equals = parts[i].IndexOf('=');
            if (equals < 0)
                continue;
            var name = parts[i].AsSpan(0, equals).Trim();
            var value = parts[i][(equals + 1)..].Trim();
            var changed = name.Equals("domain", StringComparison.OrdinalIgnoreCase) && policy.CookieDomain is { } domain
                ? Domain(domain, value, request)
                : name.Equals("path", StringComparison.OrdinalIgnoreCase) && policy.CookiePath is { } path
                    ? Replace(path, value, request)
                    : null;
            if (changed is null || changed.Contains(';'))
                continue;
            parts[i] = $"{parts[i].AsSpan(0, equals + 1)}{changed}";
            isChanged = true;
        }
        // Attributes are set apart as nginx does it, once it changes one.
        return isChanged ? string.Join("; ", parts.Select(part => part.Trim())) : cookie;
    }

    /// <summary>A dot at the beginning of a domain means nothing (RFC 6265, 5.2.3): it stays, and what is compared goes without.</summary>
    private static string? Domain(TextRewrite rewrite, string value, GatewayRequest request)
    {
        if (rewrite.Expression is not null)
            return Replace(rewrite, value, request);
        return value.AsSpan().TrimStart('.').Equals(rewrite.From.AsSpan().TrimStart('.'), StringComparison.OrdinalIgnoreCase)
            ? Checked((value.StartsWith('.') ? "." : "") + rewrite.To.Resolve(request).TrimStart('.'))
            : null;
    }

    /// <summary>The text with what it begins with replaced, or all of it where an expression matches; null when neither does.</summary>
    private static string? Replace(TextRewrite rewrite, string text, GatewayRequest request)
    {
        if (rewrite.Expression is not { } expression)
            return text.StartsWith(rewrite.From, StringComparison.Ordinal)
                ? Checked(rewrite.To.Resolve(request) + text[rewrite.From.Length..])
                : null;
        try
        {
            return expression.Match(text) is { Success: true } match ? Checked(Filled(rewrite, match, request)) : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null; // As if it did not match: this expression is too slow for this text.
        }
    }

    private static string Filled(TextRewrite rewrite, Match match, GatewayRequest request)
    {
        var text = new StringBuilder();
        foreach (var part in rewrite.To.Parts)
            text.Append(part.Literal ?? (part.Capture > 0 ? match.Groups[part.Capture].Value : RequestVariables.Of(request, part)));
        return text.ToString();
    }

    // Variables hold what a client sent.
    private static string? Checked(string value) => HeaderText.IsValue(value) ? value : null;
}
