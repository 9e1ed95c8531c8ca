using YarpIngress.Pipeline.Access;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Login;

/// <summary><c>auth-type</c>: lets those in who have a name and a password of the route's Secret.</summary>
internal sealed class LoginCheck(PasswordQueue passwords, DigestLogin digest) : IAccessCheck
{
    // Passwords of others are being compared: nothing was decided about this one.
    private static readonly AccessRefusal Busy = new(StatusCodes.Status503ServiceUnavailable, Rejection.Authentication);

    /// <inheritdoc/>
    public ValueTask<AccessDecision> DecideAsync(GatewayRequest request, CancellationToken ct)
    {
        if (request.Policies.Login is not { } policy || request.Chosen is { IsOpen: true })
            return new(AccessDecision.NotAsked);
        if (policy.Kind is LoginKind.Digest)
            return new(digest.Decide(request, policy));
        if (!BasicCredentials.TryRead(request.Context.Request.Headers.Authorization, out var credentials))
            return new(Wrong(policy));
        var comparing = passwords.CompareAsync(policy.Users, credentials.Value, ct);
        return comparing.IsCompletedSuccessfully
            ? new(Decision(request, credentials.Value.Name, comparing.Result, policy))
            : AwaitAsync(request, credentials.Value.Name, comparing, policy);
    }

    private static async ValueTask<AccessDecision> AwaitAsync(
        GatewayRequest request, string name, ValueTask<PasswordVerdict> comparing, LoginPolicy policy) =>
        Decision(request, name, await comparing, policy);

    private static AccessDecision Decision(GatewayRequest request, string name, PasswordVerdict verdict, LoginPolicy policy) =>
        verdict switch
        {
            PasswordVerdict.Right => Allowed(request, name),
            PasswordVerdict.Busy => AccessDecision.Refused(Busy),
            _ => Wrong(policy),
        };

    private static AccessDecision Allowed(GatewayRequest request, string name)
    {
        request.LoginName = name;
        return AccessDecision.Allowed;
    }

    private static AccessDecision Wrong(LoginPolicy policy) =>
        AccessDecision.Refused(new LoginChallenge($"Basic realm=\"{policy.Realm}\""));
}
