using System.Net;
using YarpIngress.Pipeline.Blocked;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Commands.Explain;

/// <summary>What is answered to a request because of who sends it.</summary>
/// <param name="request">The request; who connects is not always known.</param>
/// <param name="settings">What the ConfigMap says.</param>
internal sealed class ExplainedClient(ExplainedRequest request, GlobalSettings settings)
{
    private readonly ClientView _view = View(request, settings.Client);

    /// <summary>The client; null when nobody said who it is.</summary>
    public IPAddress? Address => _view.Address;

    /// <summary>What it asked by, trusted proxies included.</summary>
    public string Scheme => _view.Scheme ?? request.Scheme;

    /// <summary>The answer to whom the ConfigMap blocks; null when it does not.</summary>
    public ExplainedAnswer? Blocked()
    {
        var blocks = settings.Blocks;
        if (blocks.Broken is { } broken)
            return new(
                503, "gateway", $"503: the value of the ConfigMap's {broken} is not allowed, and nobody is served until it is repaired");
        // Who is not named is taken for somebody who is not on the list.
        var asked = new BlockedRequests(Address is null ? blocks with { Networks = null } : blocks);
        return asked.KeyFor(settings.Client.Broken is null ? Address : null, request.Headers) is { } key
            ? new(403, "gateway", $"403: blocked by the ConfigMap's {key}")
            : null;
    }

    /// <summary>Whether <c>block-cidrs</c> keeps the client out, or a key that can't be read keeps everybody out.</summary>
    public bool BlockedByAddress()
    {
        var known = settings.Client.Broken is null ? Address : null;
        return settings.Blocks.Broken is not null || (known is not null && new BlockedRequests(settings.Blocks).Blocks(known));
    }

    /// <summary>The answer of a route's address lists; null when they let the client in, or nobody said who it is.</summary>
    public ExplainedAnswer? Refused(RoutePolicies policies)
    {
        if (policies.Addresses is not { } addresses)
            return null;
        if (settings.Client.Broken is { } broken)
            return new(503, "gateway", $"503: it has address lists, and by the ConfigMap's {broken} nobody can tell who a client is");
        // Another check may let the client in all the same.
        if (Address is not { } address || (policies.Access.SatisfyAny && (policies with { Addresses = null }).HasAccessChecks))
            return null;
        if (addresses.Refused?.Contains(address) == true)
            return new(403, "gateway", $"403: {address} is on the deny list");
        return addresses.Allowed?.Contains(address) == false ? new(403, "gateway", $"403: {address} is not on the allow list") : null;
    }

    /// <summary>Whether the client's address alone is enough for the route.</summary>
    public bool Satisfies(RoutePolicies policies) =>
        policies is { Access.SatisfyAny: true, Addresses: { Allowed: { } allowed } lists } && Address is { } address
        && allowed.Contains(address) && lists.Refused?.Contains(address) != true;

    /// <summary>What is to be said beside an answer that address lists may take away; empty when they can't.</summary>
    public string Unless(RoutePolicies policies) =>
        policies.Addresses is not null && Address is null ? ", unless its address lists say 403 (--client ADDRESS tells for a client)" : "";

    private static ClientView View(ExplainedRequest request, ClientSettings settings)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = request.Peer;
        foreach (var (name, value) in request.Headers)
            context.Request.Headers[name] = value;
        return ClientView.Of(context, new ClientTrust(settings));
    }
}
