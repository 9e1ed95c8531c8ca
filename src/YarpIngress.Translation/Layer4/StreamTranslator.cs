using System.Net;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Backends;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Layer4;

/// <summary>Finds the endpoints of a <see cref="StreamPort"/>.</summary>
public static class StreamTranslator
{
    /// <summary>Translates <paramref name="port"/>.</summary>
    /// <param name="port">The port.</param>
    /// <param name="source">The ConfigMap that names it; has the problems.</param>
    /// <param name="service">Its Service; null when it does not exist, or is in a namespace that is not watched.</param>
    /// <param name="slices">The Service's EndpointSlices in a stable order.</param>
    /// <param name="endpoints">Its Endpoints, used only when it has no EndpointSlice.</param>
    /// <param name="settings">What the flags say.</param>
    /// <param name="here">Where the gateway runs, if endpoints are chosen by it.</param>
    public static StreamTranslation Translate(
        StreamPort port, ProblemObject source, V1Service? service, IReadOnlyList<V1EndpointSlice> slices, V1Endpoints? endpoints,
        TranslationSettings settings, Place? here)
    {
        var problems = new List<Problem>();
        IReadOnlyList<Endpoint> found = service switch
        {
            null => Nothing(
                ProblemReasons.ServiceNotFound, ProblemSeverity.Error, "does not exist, or is in a namespace that is not watched"),
            { Spec.Type: "ExternalName" } => External(service),
            _ => Endpoints(service),
        };
        return new StreamTranslation
        {
            Port = port,
            Source = source,
            Endpoints = found.ToEquatableArray(),
            IsByClient = ServiceAffinity.IsByClient(service),
            Problems = problems.ToEquatableArray(),
        };

        IReadOnlyList<Endpoint> Endpoints(V1Service owner)
        {
            if (ServicePorts.Find(owner, port.Key.Protocol, port.Backend.Port) is not { } servicePort)
                return Nothing(
                    ProblemReasons.ServicePortNotFound, ProblemSeverity.Error,
                    $"has no {Name(port.Key.Protocol)} port {port.Backend.Port}");
            var selection = new EndpointSelection(owner, servicePort, here);
            foreach (var slice in slices)
                selection.Add(slice);
            if (slices.Count == 0 && endpoints is not null)
                selection.Add(endpoints);
            var chosen = selection.Chosen();
            problems.AddRange(selection.Problems);
            return chosen.Count > 0
                ? chosen
                : Nothing(
                    ProblemReasons.NoEndpoints, ProblemSeverity.Warning, $"has {selection.WhyNone} for port {port.Backend.Port}");
        }

        IReadOnlyList<Endpoint> External(V1Service owner)
        {
            var (endpoint, _, _, notice) = ExternalNames.Resolve(owner, port.Backend, settings);
            if (endpoint is { } only && port.Key.Protocol is StreamProtocol.Udp && !IPAddress.TryParse(only.Address, out _))
                return Nothing(
                    ProblemReasons.ExternalNameRefused, ProblemSeverity.Error,
                    "is of type ExternalName, which UDP ports take with an IP address only");
            if (endpoint is { } other)
                return [other];
            return notice is { Reason: ProblemReasons.ExternalNameRefused }
                ? Nothing(
                    notice.Reason, notice.Severity,
                    "is of type ExternalName, which is refused by --disable-svc-external-name, or since its name is the "
                    + "gateway's own or none")
                : Nothing(ProblemReasons.ServicePortNotFound, ProblemSeverity.Error, $"has no port {port.Backend.Port}");
        }

        IReadOnlyList<Endpoint> Nothing(string reason, ProblemSeverity severity, string why)
        {
            problems.Add(new Problem
            {
                Object = source,
                Reason = reason,
                Severity = severity,
                Field = $"data.{port.Key.Port}",
                Message = $"Service {port.Backend.Namespace}/{port.Backend.Service} {why}; "
                    + (port.Key.Protocol is StreamProtocol.Tcp
                        ? "connections to the port are closed"
                        : "datagrams to the port are dropped"),
            });
            return [];
        }
    }

    private static string Name(StreamProtocol protocol) => protocol is StreamProtocol.Tcp ? "TCP" : "UDP";
}
