using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.OutputCache;

/// <summary>Which requests may share an answer: those with the same key.</summary>
internal static class CacheKey
{
    // In none of the parts.
    private const char Separator = '\n';

    /// <summary>
    /// The key of a request; null when nobody else may have its answer, since it is about who sent it: with credentials of any
    /// kind, or, unless the policy says otherwise, with cookies.
    /// </summary>
    public static string? Of(GatewayRequest request, OutputCachePolicy policy)
    {
        var asked = request.Context.Request;
        if (!HttpMethods.IsGet(asked.Method) && !HttpMethods.IsHead(asked.Method))
            return null;
        var headers = asked.Headers;
        if (headers.Authorization.Count > 0 || headers.Range.Count > 0 || (headers.Cookie.Count > 0 && !policy.AllowsCookies))
            return null;
        if (request.DivertedTo is not null || request.LoginName is not null || request.IsVouchedFor
            || request.ClientCertificate is { IsNone: false }
            || (request.Policies is not { Login: null, ExternalAuth: null } && request.Chosen is not { IsOpen: true }))
            return null;
        return BodySize.IsTunnel(request.Context)
            || request.Context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
                ? null
                : Text(request, policy);
    }

    private static string Text(GatewayRequest request, OutputCachePolicy policy)
    {
        var headers = request.Context.Request.Headers;
        // All that pods are told of where a request came to, and so may write into an answer.
        var key = new StringBuilder()
            .Append(request.Context.Request.Method).Append(Separator)
            .Append(request.Scheme).Append(Separator)
            .Append(headers.Host.ToString()).Append(Separator)
            .Append(request.AskedHost).Append(Separator)
            .Append(CultureInfo.InvariantCulture, $"{request.AskedPort}").Append(Separator)
            .Append(request.Backend?.Key.ToString()).Append(Separator)
            .Append(request.ForwardedPrefix ?? headers["X-Forwarded-Prefix"].ToString()).Append(Separator);
        var target = request.RawTarget.AsSpan(request.PathStart);
        var mark = target.IndexOf('?');
        key.Append(mark < 0 ? target : target[..mark]).Append(Separator);
        if (policy.QueryNames is not { } names)
            key.Append(mark < 0 ? "" : target[mark..]);
        else if (mark >= 0)
            AppendQuery(key, target[(mark + 1)..], names);
        foreach (var name in policy.HeaderNames)
            foreach (var value in headers[name] is { Count: > 0 } values ? values : [])
                key.Append(Separator).Append(name).Append(':').Append(value);
        return key.ToString();
    }

    /// <summary>The parameters of these names as they were written, in their order.</summary>
    private static void AppendQuery(StringBuilder key, ReadOnlySpan<char> query, EquatableArray<string> names)
    {
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            var equals = parameter.IndexOf('=');
            var name = Uri.UnescapeDataString((equals < 0 ? parameter : parameter[..equals]).ToString().Replace('+', ' '));
            if (names.Contains(name))
                key.Append('&').Append(parameter);
        }
    }
}
