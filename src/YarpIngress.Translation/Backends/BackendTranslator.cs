using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Backends;

/// <summary>Makes a backend of a Service port and its endpoints.</summary>
public static class BackendTranslator
{
    /// <summary>Translates <paramref name="key"/>.</summary>
    /// <param name="key">The Service port as the Ingress wrote it.</param>
    /// <param name="service">The Service; null when it does not exist.</param>
    /// <param name="slices">Its EndpointSlices in a stable order.</param>
    /// <param name="endpoints">Its Endpoints, used only when it has no EndpointSlice.</param>
    /// <param name="settings">What the flags say.</param>
    /// <param name="secret">The Secret that <see cref="BackendTlsPolicy.Secret"/> names; null when there is none.</param>
    /// <param name="here">Where the gateway runs, if endpoints are chosen by it.</param>
    public static BackendTranslation Translate(
        BackendKey key, V1Service? service, IReadOnlyList<V1EndpointSlice> slices, V1Endpoints? endpoints, TranslationSettings settings,
        V1Secret? secret = null, Place? here = null)
    {
        var translation = Translate(key, service, slices, endpoints, settings, here);
        if (key.Policy?.Tls is not { Secret: not null } tls)
            return translation;
        // Nothing is sent with another certificate than was asked for, or unverified; the Ingress has the problem.
        var credentials = BackendSecret.Read(secret, tls).Credentials;
        return translation with
        {
            Backend = translation.Backend with
            {
                Credentials = credentials,
                Endpoints = credentials is null ? [] : translation.Backend.Endpoints,
            },
        };
    }

    private static BackendTranslation Translate(
        BackendKey key, V1Service? service, IReadOnlyList<V1EndpointSlice> slices, V1Endpoints? endpoints, TranslationSettings settings,
        Place? here)
    {
        var translation = TranslateEndpoints(key, service, slices, endpoints, settings, here);
        return ServiceAffinity.Of(service, key.Policy?.Balancing) is { } balancing
            ? translation with { Backend = translation.Backend with { Balancing = balancing } }
            : translation;
    }

    /// <summary>
    /// The backend that <c>--default-backend-service</c> means: the
    /// first TCP port of the Service; null when there is none.
    /// </summary>
    public static BackendKey? FirstPort(V1Service service)
    {
        var key = ObjectKey.Of(service);
        return ServicePorts.First(service) is { } port ? new BackendKey(key.Namespace, key.Name, port) : null;
    }

    private static BackendTranslation TranslateEndpoints(
        BackendKey key, V1Service? service, IReadOnlyList<V1EndpointSlice> slices, V1Endpoints? endpoints, TranslationSettings settings,
        Place? here)
    {
        if (key.IsNone)
            return Result(key, BackendProtocol.Http, [], [], []);
        if (service is null)
        {
            return Result(key, BackendProtocol.Http, [], [], [new Notice(
                ProblemReasons.ServiceNotFound,
                ProblemSeverity.Error,
                "service.name",
                $"Service {key.Namespace}/{key.Service} does not exist; requests answer 503 until it does")]);
        }

        var problems = new List<Problem>();
        if (service.Spec?.Type == "ExternalName")
        {
            var external = ExternalNames.Resolve(service, key, settings);
            var spoken = Protocol(key, service, external.Port?.AppProtocol, external.Index, problems);
            return Result(
                key, spoken, external.Endpoint is { } only ? [only] : [], problems, external.Notice is { } refusal ? [refusal] : []);
        }

        var (port, index, notice) = ServicePorts.Find(service, key);
        if (port is null)
            return Result(key, BackendProtocol.Http, [], problems, [notice!]);
        var protocol = Protocol(key, service, port.AppProtocol, index, problems);
        var selection = new EndpointSelection(service, port, here);
        if (slices.Count > 0)
        {
            foreach (var slice in slices)
                selection.Add(slice);
        }
        else if (endpoints is not null)
            selection.Add(endpoints);

        IReadOnlyList<Endpoint> chosen = ClusterIp(key, service, port) is { } clusterIp ? [clusterIp] : selection.Chosen();
        problems.AddRange(selection.Problems);
        var notices = new List<Notice>();
        if (notice is not null)
            notices.Add(notice);
        if (chosen.Count == 0)
        {
            notices.Add(new Notice(
                ProblemReasons.NoEndpoints,
                ProblemSeverity.Warning,
                "service.name",
                $"Service {key.Namespace}/{key.Service} has {selection.WhyNone} for port {key.Port}; requests answer 503"));
        }

        return Result(key, protocol, chosen, problems, notices);
    }

    /// <summary>
    /// What <c>service-upstream</c> means, whether or not the Service has endpoints; null for a headless Service, whose
    /// endpoints it is then.
    /// </summary>
    private static Endpoint? ClusterIp(BackendKey key, V1Service service, V1ServicePort port) =>
        key.Policy is { ServiceUpstream: true }
        && service.Spec?.ClusterIP is { Length: > 0 } address
        && EndpointAddress.Problem(address, EndpointAddress.TypeOf(address)) is null
            ? new Endpoint(address, port.Port)
            : null;

    private static BackendProtocol Protocol(BackendKey key, V1Service service, string? appProtocol, int index, List<Problem> problems)
    {
        if (key.Policy?.Protocol is { } wanted)
            return wanted;
        if (AppProtocol.Parse(appProtocol) is { } protocol)
            return protocol;
        problems.Add(new Problem
        {
            Object = new ProblemObject("Service", ObjectKey.Of(service)),
            Reason = ProblemReasons.UnsupportedProtocol,
            Severity = ProblemSeverity.Warning,
            Field = $"spec.ports[{index}].appProtocol",
            Message = $"appProtocol {Quoted.Value(appProtocol)} is none of {AppProtocol.Known}; http is spoken",
        });
        return BackendProtocol.Http;
    }

    private static BackendTranslation Result(
        BackendKey key, BackendProtocol protocol, IReadOnlyList<Endpoint> endpoints, IReadOnlyList<Problem> problems,
        IReadOnlyList<Notice> notices) => new()
        {
            Backend = new Backend { Key = key, Protocol = protocol, Endpoints = endpoints.ToEquatableArray() },
            Problems = problems.ToEquatableArray(),
            Notices = notices.ToEquatableArray(),
        };
}
