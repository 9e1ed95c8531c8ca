using YarpIngress.Pipeline.Access;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>Asks the authentication service of the route, or what it said of the same key before.</summary>
internal sealed class ExternalAuthCheck(AuthClient client, AuthAnswers answers) : IAccessCheck
{
    public ValueTask<AccessDecision> DecideAsync(GatewayRequest request, CancellationToken ct)
    {
        if (request.Policies.ExternalAuth is not { } policy || request.Chosen?.IsOpen == true)
            return new(AccessDecision.NotAsked);
        if (policy.CacheKey is null)
            return AskAsync(request, policy, null, ct);
        var key = answers.KeyOf(request, policy);
        return answers.Find(key) is { } known ? new(Decide(request, policy, known)) : AskAsync(request, policy, key, ct);
    }

    private async ValueTask<AccessDecision> AskAsync(GatewayRequest request, ExternalAuthPolicy policy, UInt128? key, CancellationToken ct)
    {
        var answer = await client.AskAsync(request, policy, ct);
        if (key is { } place)
            answers.Add(place, answer);
        return Decide(request, policy, answer);
    }

    private static AccessDecision Decide(GatewayRequest request, ExternalAuthPolicy policy, AuthAnswer answer)
    {
        if (!answer.Allows)
            return AccessDecision.Refused(new AuthRefusal(policy, answer));
        request.IsVouchedFor = true;
        if (answer.Headers.Length > 0 || answer.Cookies.Count > 0)
            request.Grant = new AuthGrant(answer.Headers, answer.Cookies, policy.AlwaysSetCookie);
        return AccessDecision.Allowed;
    }
}
