using YarpIngress.Pipeline.Access;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Pipeline.Addresses;

/// <summary>Asks a route's lists of addresses; see <see cref="Translation.Model.AddressPolicy"/>.</summary>
internal sealed class AddressCheck : IAccessCheck
{
    private static readonly AccessRefusal Refusal = new(StatusCodes.Status403Forbidden, Rejection.Address);

    // No other check makes up for it: a list is of no use while nobody knows who is asking.
    private static readonly AccessRefusal Unknown = new(StatusCodes.Status503ServiceUnavailable, Rejection.Address);

    /// <inheritdoc/>
    public ValueTask<AccessDecision> DecideAsync(GatewayRequest request, CancellationToken ct) => new(Decide(request));

    private static AccessDecision Decide(GatewayRequest request)
    {
        if (request.Policies.Addresses is not { } policy)
            return AccessDecision.NotAsked;
        if (request.Client is not { } client || request.Trust.Broken is not null)
            return AccessDecision.Refused(Unknown);
        if (policy.Refused?.Contains(client) == true)
            return AccessDecision.Refused(Refusal);
        if (policy.Allowed is not { } allowed)
            return AccessDecision.NotAsked;
        return allowed.Contains(client) ? AccessDecision.Allowed : AccessDecision.Refused(Refusal);
    }
}
