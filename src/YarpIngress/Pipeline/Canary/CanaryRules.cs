using System.Text.RegularExpressions;
using YarpIngress.Pipeline.Affinity;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Canary;

/// <summary>Whether a canary takes a request. The order is ingress-nginx's: session, header, cookie, weight.</summary>
internal static class CanaryRules
{
    /// <summary>Decides about one request.</summary>
    /// <param name="request">The request, with the route that would serve it.</param>
    /// <param name="canary">The canary.</param>
    /// <param name="affinity">The route's sessions; null when it has none.</param>
    /// <param name="random">Decides about weights.</param>
    public static bool Takes(GatewayRequest request, ProxyCanary canary, RouteAffinity? affinity, Random random)
    {
        var policy = canary.Model.Policy;
        if (!policy.IgnoresAffinity)
        {
            if (affinity is not null && SessionCookie.IsWith(request, affinity))
                return false;
            if (canary.Affinity is { } own && SessionCookie.IsWith(request, own))
                return true;
        }
        return ByHeader(request, canary, policy) ?? ByCookie(request, policy) ?? random.Next(policy.WeightTotal) < policy.Weight;
    }

    private static bool? ByHeader(GatewayRequest request, ProxyCanary canary, CanaryPolicy policy)
    {
        if (policy.Header is null)
            return null;
        var values = request.Context.Request.Headers[policy.Header];
        if (values.Count == 0)
            return null;
        var value = values.Count == 1 ? values[0] ?? "" : string.Join(", ", values.AsEnumerable());
        if (policy.HeaderValue is { } wanted)
            return value == wanted ? true : null;
        if (policy.HasBrokenPattern)
            return false;
        if (canary.HeaderPattern is { } pattern)
            return Matches(pattern, value);
        return Word(value);
    }

    private static bool? ByCookie(GatewayRequest request, CanaryPolicy policy) =>
        policy.Cookie is not null && CookieHeader.TryGet(request.Context.Request.Headers.Cookie, policy.Cookie, out var value)
            ? Word(value)
            : null;

    /// <summary>An expression that takes too long decides for the route, whatever rules come after it.</summary>
    private static bool? Matches(Regex pattern, string value)
    {
        try
        {
            return pattern.IsMatch(value) ? true : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool? Word(ReadOnlySpan<char> value) => value switch
    {
        "always" => true,
        "never" => false,
        _ => null,
    };
}
