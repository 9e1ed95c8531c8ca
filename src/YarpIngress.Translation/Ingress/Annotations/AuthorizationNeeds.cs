using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What an <see cref="AuthorizationPolicy"/> can only be checked with, which the Ingress has to ask for too.</summary>
internal static class AuthorizationNeeds
{
    private const string Name = "authorization-policy";

    /// <summary>Closes routes whose policy is about something that nothing tells.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        if (policies.Authorization is not { } asked)
            return policies;
        if (Missing(policies, asked) is { } missing)
        {
            source.Problems.Error(
                ProblemReasons.InvalidAnnotation, source.Field(Name),
                $"the policy {Quoted.Value(asked.Name)} {missing}; requests answer 503 until that is set");
            return policies with { Denied = policies.Denied ?? source.KeyOf(Name) };
        }
        // Another Ingress of the host may ask for certificates.
        if (asked.RequiresUser && policies is { Login: null, ExternalAuth: null, ClientCertificates: null })
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation, source.Field(Name),
                $"the policy {Quoted.Value(asked.Name)} asks for an authenticated user, and the Ingress has none of auth-type, "
                + "auth-url and auth-tls-secret; unless another Ingress of its hosts has the last one, requests answer 403");
        return policies;
    }

    private static string? Missing(RoutePolicies policies, AuthorizationPolicy asked)
    {
        if (asked.Users.Count > 0 && policies.Login is null)
            return "names users, and nobody has to log in without auth-type and auth-secret";
        if (asked.Claims.Count > 0 && policies.ExternalAuth is null)
            return "requires claims, and no authentication service is asked without auth-url";
        return asked.Claims.FirstOrDefault(claim => policies.ExternalAuth is { } auth && !auth.ResponseHeaders.Contains(
                claim.Header, StringComparer.OrdinalIgnoreCase)) is { } unread
            ? $"requires the claim {Quoted.Value(unread.Header)}, which is not in auth-response-headers"
            : null;
    }
}
