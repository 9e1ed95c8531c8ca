using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Authorization;

/// <summary>
/// <c>authorization-policy</c>: of the clients that the route's checks let in, which ones may use it; others are answered 403.
/// </summary>
internal sealed class AuthorizationStep(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.Policies.Authorization is not { } policy || IsAllowed(request, policy))
            return next(context);
        request.RejectedBy = Rejection.Authorization;
        return ErrorAnswer.WriteAsync(context, StatusCodes.Status403Forbidden);
    }

    private static bool IsAllowed(GatewayRequest request, AuthorizationPolicy policy)
    {
        if (policy.Methods.Count > 0 && !policy.Methods.Contains(request.Context.Request.Method))
            return false;
        // Nobody can tell who it is where the proxies in front are configured wrongly.
        if (policy.Networks is { } networks
            && (request.Trust.Broken is not null || request.Client is not { } client || !networks.Contains(client)))
            return false;
        if (policy.Subjects.Count > 0 && !policy.Subjects.Any(part => HasSubject(request, part)))
            return false;
        // On paths of no-auth-locations nobody was asked who it is.
        return request.Chosen is { IsOpen: true }
            || ((!policy.RequiresUser || IsKnown(request))
                && (policy.Users.Count == 0 || (request.LoginName is { } name && policy.Users.Contains(name)))
                && policy.Claims.All(claim => HasClaim(request, claim)));
    }

    private static bool IsKnown(GatewayRequest request) =>
        request.LoginName is not null || request.IsVouchedFor || request.ClientCertificate is { IsNone: false, Refusal: null };

    private static bool HasSubject(GatewayRequest request, string part) =>
        request.ClientCertificate is { IsNone: false, Refusal: null, Subject: var subject }
        && (subject == part || SubjectParts.Of(subject).Contains(part));

    private static bool HasClaim(GatewayRequest request, RequiredClaim claim)
    {
        foreach (var (name, value) in request.Grant?.Headers ?? [])
        {
            if (value.Length == 0 || !name.Equals(claim.Header, StringComparison.OrdinalIgnoreCase))
                continue;
            if (claim.Values.Count == 0 || value.Split(',', StringSplitOptions.TrimEntries).Any(claim.Values.Contains))
                return true;
        }
        return false;
    }
}
