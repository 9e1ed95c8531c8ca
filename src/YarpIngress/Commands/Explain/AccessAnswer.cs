using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain;

/// <summary>
/// What becomes of a request by the checks of who may use its route. Passwords are not compared here: that would make explain a
/// place to try them.
/// </summary>
internal static class AccessAnswer
{
    /// <summary>The refusal; null when the request passes, as far as that can be told.</summary>
    public static ExplainedAnswer? Of(ExplainedRequest request, ProxyRoute served)
    {
        if (served.Policies.Login is { } login && !served.IsOpen && request.Headers.Authorization.Count == 0)
            return new(401, "gateway", $"401: it asks for a user of Secret {login.Secret} and the password");
        return null;
    }

    /// <summary>The checks of a route in words, for the list of its policies.</summary>
    public static IEnumerable<ExplainedPolicy> Policies(ProxyRoute served)
    {
        if (served.Policies.Login is { } login)
            yield return new(
                "login",
                served.IsOpen
                    ? "none"
                    : $"{(login.Kind is LoginKind.Digest ? "digest" : "basic")}, {login.Users} of "
                        + (login.Secret is { } secret ? $"Secret {secret}" : "no Secret"),
                served.IsOpen ? "no-auth-locations" : "annotation",
                served.IsOpen ? "nobody has to log in on this path" : "requests without a user's password answer 401; pods do not get it");
    }
}
