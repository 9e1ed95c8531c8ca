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
        return comparing.IsCompletedSuccessfully ? new(Decision(comparing.Result, policy)) : AwaitAsync(comparing, policy);
    }

    private static async ValueTask<AccessDecision> AwaitAsync(ValueTask<PasswordVerdict> comparing, LoginPolicy policy) =>
        Decision(await comparing, policy);

    private static AccessDecision Decision(PasswordVerdict verdict, LoginPolicy policy) => verdict switch
    {
        PasswordVerdict.Right => AccessDecision.Allowed,
        PasswordVerdict.Busy => AccessDecision.Refused(Busy),
        _ => Wrong(policy),
    };

    private static AccessDecision Wrong(LoginPolicy policy) =>
        AccessDecision.Refused(new LoginChallenge($"Basic realm=\"{policy.Realm}\""));
}
