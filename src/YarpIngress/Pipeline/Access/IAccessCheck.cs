namespace YarpIngress.Pipeline.Access;

/// <summary>
/// One of the ways by which a route tells who may use it: a list of addresses, passwords, another service. Checks run in
/// nginx's order, and what they say together is <see cref="AccessControl"/>'s matter.
/// </summary>
internal interface IAccessCheck
{
    /// <summary>What it says of a request; <see cref="AccessDecision.NotAsked"/> where the route does not use it.</summary>
    /// <remarks>
    /// It answers nothing and changes no answer: that is what the refusal is for, which may yet be made good by another check.
    /// What it throws refuses the request.
    /// </remarks>
    ValueTask<AccessDecision> DecideAsync(GatewayRequest request, CancellationToken ct);
}
