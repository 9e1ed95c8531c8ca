using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Backends;

/// <summary>
/// Chooses the endpoints of one Service port that take traffic: the ready ones, or, when none is ready, those that
/// still serve while they terminate (as kube-proxy does).
/// </summary>
/// <param name="service">The Service.</param>
/// <param name="port">The port.</param>
/// <param name="here">Where the gateway runs, if endpoints are chosen by it.</param>
internal sealed class EndpointSelection(V1Service service, V1ServicePort port, Place? here)
{
    private readonly List<EndpointCandidate> _candidates = [];
    private bool _anyElsewhere;
    private bool _anyEndpoint;
    private bool _anyPort;

    public List<Problem> Problems { get; } = [];

    /// <summary>Why nothing was chosen.</summary>
    public string WhyNone => _anyElsewhere
        ? $"no endpoint on node {here!.Node}, which its internalTrafficPolicy Local asks for,"
        : !_anyEndpoint ? "no endpoint" : _anyPort ? "no ready endpoint" : "no EndpointSlice that lists a port";

    /// <summary>The endpoints, each once, in a stable order.</summary>
    public IReadOnlyList<Endpoint> Chosen()
    {
        IReadOnlyList<EndpointCandidate> candidates = _candidates;
        if (EndpointTopology.IsLocal(service, here))
        {
            candidates = EndpointTopology.OnNode(candidates, here!);
            _anyElsewhere = candidates.Count == 0 && _candidates.Count > 0;
        }
        IReadOnlyList<EndpointCandidate> ready = [.. candidates.Where(candidate => candidate.IsReady)];
        ready = ready.Count > 0 ? EndpointTopology.Near(ready, service, here) : candidates;
        return
        [
            .. DualStack.OncePerPod(ready, service).Select(candidate => candidate.Endpoint).Distinct()
                .OrderBy(e => e.Address, StringComparer.Ordinal).ThenBy(e => e.Port),
        ];
    }

    public void Add(V1EndpointSlice slice)
    {
        var endpoints = slice.Endpoints ?? [];
        _anyEndpoint |= endpoints.Count > 0;
        if (SlicePort(slice) is not { } number)
            return;
        _anyPort = true;
        var bad = new BadAddresses(new ProblemObject("EndpointSlice", ObjectKey.Of(slice)));
        for (var i = 0; i < endpoints.Count; i++)
        {
            if (endpoints[i] is not { } endpoint)
                continue;
            // Unknown counts as ready; unknown "serving" follows "ready" (EndpointConditions of discovery.k8s.io/v1).
            var ready = endpoint.Conditions?.Ready ?? true;
            var fallback = endpoint.Conditions is { Terminating: true } && (endpoint.Conditions.Serving ?? ready);
            if (!ready && !fallback)
                continue;
            // The API gives no meaning to addresses after the first; ingress-nginx sends traffic to all, so do we.
            foreach (var address in endpoint.Addresses ?? [])
            {
                if (EndpointAddress.Problem(address, slice.AddressType) is { } why)
                    bad.Add($"endpoints[{i}].addresses", address, why);
                else
                    _candidates.Add(new EndpointCandidate(
                        new Endpoint(slice.AddressType == "FQDN" ? EndpointAddress.TrimRoot(address) : address, number), ready,
                        slice.AddressType == "IPv6", endpoint.NodeName, Pod(endpoint.TargetRef), endpoint.Hints));
            }
        }

        Problems.AddRange(bad.Problems);
    }

    public void Add(V1Endpoints endpoints)
    {
        var bad = new BadAddresses(new ProblemObject("Endpoints", ObjectKey.Of(endpoints)));
        for (var s = 0; s < (endpoints.Subsets?.Count ?? 0); s++)
        {
            if (endpoints.Subsets![s] is not { } subset)
                continue;
            _anyEndpoint |= subset.Addresses is { Count: > 0 } || subset.NotReadyAddresses is { Count: > 0 };
            var ports = subset.Ports?.Where(p => p is not null && ServicePorts.IsSame(p.Protocol, port.Protocol))
                .Select(p => (p.Name, (int?)p.Port));
            if (Choose(ports) is not { } number)
                continue;
            _anyPort = true;
            foreach (var item in subset.Addresses ?? [])
            {
                if (EndpointAddress.Problem(item?.Ip, EndpointAddress.TypeOf(item?.Ip)) is { } why)
                    bad.Add($"subsets[{s}].addresses", item?.Ip, why);
                else
                    _candidates.Add(new EndpointCandidate(
                        new Endpoint(item!.Ip!, number), IsReady: true, item.Ip!.Contains(':'), item.NodeName, Pod(item.TargetRef),
                        Hints: null));
            }
        }

        Problems.AddRange(bad.Problems);
    }

    private static string? Pod(V1ObjectReference? target) => target is { Kind: "Pod", Name: { Length: > 0 } name } ? name : null;

    private int? SlicePort(V1EndpointSlice slice)
    {
        // A slice without ports restricts none; ingress-nginx then uses a numeric target port.
        if (slice.Ports is not { Count: > 0 } ports)
            return TargetNumber();
        return Choose(ports.Where(p => p is not null && ServicePorts.IsSame(p.Protocol, port.Protocol)).Select(p => (p.Name, p.Port)));
    }

    /// <summary>
    /// By the Service port's name, which is what lets a named target port differ per pod. A lone port matches too when
    /// either side has no name: slices made by hand often leave it out, and ingress-nginx takes them.
    /// </summary>
    private int? Choose(IEnumerable<(string? Name, int? Number)>? candidates)
    {
        var all = candidates?.ToList() ?? [];
        var wanted = port.Name ?? "";
        var index = all.FindIndex(p => (p.Name ?? "") == wanted);
        if (index < 0 && all.Count == 1 && (wanted.Length == 0 || string.IsNullOrEmpty(all[0].Name)))
            index = 0;
        if (index < 0)
            return null;
        // No number means "not restricted": the target port it is.
        return all[index].Number switch
        {
            null => TargetNumber(),
            > 0 and <= 65535 => all[index].Number,
            _ => null,
        };
    }

    private int? TargetNumber()
    {
        if (port.TargetPort is null)
            return port.Port;
        return port.TargetPort.Number switch
        {
            0 => port.Port,
            > 0 and <= 65535 => port.TargetPort.Number,
            _ => null,
        };
    }

    /// <summary>One problem for all bad addresses of an object.</summary>
    private sealed class BadAddresses(ProblemObject about)
    {
        private string? _field;
        private string? _first;
        private int _count;

        public IEnumerable<Problem> Problems => _first is null
            ? []
            : [new Problem
            {
                Object = about,
                Reason = ProblemReasons.InvalidEndpoint,
                Severity = ProblemSeverity.Error,
                Field = _field!,
                Message = _first + "; it gets no traffic" + (_count > 1 ? $" ({_count} unusable addresses in all)" : ""),
            }];

        public void Add(string field, string? address, string why)
        {
            _count++;
            _field ??= field;
            _first ??= $"address {Quoted.Value(address)} {why}";
        }
    }
}
