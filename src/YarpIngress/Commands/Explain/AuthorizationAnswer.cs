using System.Net;
using YarpIngress.Commands.Policies;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain;

/// <summary>
/// What becomes of a request by an <see cref="AuthorizationPolicy"/>, as far as that can be told without knowing who sends it.
/// </summary>
internal static class AuthorizationAnswer
{
    /// <summary>The refusal; null when the request passes, or when it depends on who sends it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Who sends it; null when nobody said so.</param>
    /// <param name="served">What serves it.</param>
    /// <param name="asksForCertificates">Whether the host asks for client certificates.</param>
    public static ExplainedAnswer? Of(ExplainedRequest request, IPAddress? client, ProxyRoute served, bool asksForCertificates)
    {
        if (served.Policies.Authorization is not { } policy)
            return null;
        var isRefused = (policy.Methods.Count > 0 && !policy.Methods.Contains(request.Method))
            || (policy.Networks is { } networks && client is not null && !networks.Contains(client))
            || (policy.Subjects.Count > 0 && !asksForCertificates)
            || (policy.RequiresUser && !served.IsOpen && !asksForCertificates && served.Policies is { Login: null, ExternalAuth: null });
        return isRefused
            ? new(403, "gateway", $"403: the policy {policy.Name} lets in only {NamedPolicyText.Of(policy)}")
            : null;
    }

    /// <summary>The policies by name of a route in words, for the list of its policies.</summary>
    public static IEnumerable<ExplainedPolicy> Policies(RoutePolicies policies)
    {
        if (policies.Authorization is { } authorization)
            yield return new(
                "authorization", NamedPolicyText.Of(authorization), $"authorization-policies, {authorization.Name}",
                "others are answered 403");
        if (policies.RateLimiter is { } limiter)
            yield return new(
                "rate limiter", NamedPolicyText.Of(limiter), $"rate-limiter-policies, {limiter.Name}",
                "counted by each replica, for all hosts and paths of the Ingress together");
        if (policies.OutputCache is { } cache)
            yield return new(
                "output cache", NamedPolicyText.Of(cache), $"output-cache-policies, {cache.Name}",
                "answers of pods are kept by each replica, and given to others who ask for the same without credentials");
        if (policies.Timeout is { } timeout)
            yield return new(
                "request timeout", timeout.ToString("c"), "timeout or timeout-policy",
                "a request that takes longer as a whole answers 504; a connection that was upgraded may stay");
        if (policies.Cors is { } cors)
            yield return new(
                "cors", NamedPolicyText.Of(cors), "enable-cors or cors-policy", "pages of other sites may not read the answers");
    }
}
