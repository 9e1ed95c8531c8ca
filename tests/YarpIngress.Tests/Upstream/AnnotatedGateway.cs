using System.Net;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Upstream;

/// <summary>Publishes what the annotations of an Ingress say, read as those of any Ingress are.</summary>
internal static class AnnotatedGateway
{
    private const string Prefix = "nginx.ingress.kubernetes.io/";

    /// <summary>One host, all of whose paths lead to these endpoints.</summary>
    public static void ServeAnnotated(
        this Gateway gateway,
        string host,
        IReadOnlyList<IPEndPoint> endpoints,
        IReadOnlyDictionary<string, string> annotations,
        BackendProtocol protocol = BackendProtocol.Http,
        BackendCredentials? credentials = null,
        Func<RoutePolicies, RoutePolicies>? change = null)
    {
        var parsed = IngressParser.Parse(
            new V1Ingress
            {
                Metadata = new V1ObjectMeta
                {
                    Name = host,
                    NamespaceProperty = "default",
                    Annotations = annotations.ToDictionary(pair => pair.Key.Contains('/') ? pair.Key : Prefix + pair.Key, pair => pair.Value),
                },
                Spec = new V1IngressSpec
                {
                    Rules =
                    [
                        new V1IngressRule
                        {
                            Host = host,
                            Http = new V1HTTPIngressRuleValue
                            {
                                Paths =
                                [
                                    new V1HTTPIngressPath
                                    {
                                        Path = "/",
                                        PathType = "Prefix",
                                        Backend = new V1IngressBackend
                                        {
                                            Service = new V1IngressServiceBackend { Name = "web", Port = new V1ServiceBackendPort { Number = 80 } },
                                        },
                                    },
                                ],
                            },
                        },
                    ],
                },
            },
            new TranslationSettings());
        Assert.Empty(parsed.Problems);
        var route = parsed.Hosts[host].Paths[0].Route;
        if (change is not null)
            route = route with { Policies = change(route.Policies) };
        // A Service each, so that tests do not share endpoints.
        var key = route.Backend with { Service = host };
        Assert.Empty(gateway.DataPlane.SetBackend(new Backend
        {
            Key = key,
            Protocol = key.Policy?.Protocol ?? protocol,
            Credentials = credentials,
            Endpoints = endpoints.Select(
                endpoint => new Translation.Model.Endpoint(endpoint.Address.ToString(), endpoint.Port)).ToEquatableArray(),
        }));
        Assert.Empty(gateway.DataPlane.SetHost(new HostTranslation
        {
            Host = host,
            VirtualHost = new VirtualHost { Host = host, Routes = [route with { Backend = key }] },
        }));
    }
}
