using YarpIngress.Commands;
using YarpIngress.Controller.Updates;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Tests.Annotations;

/// <summary>What the reference shows as an example is understood, with what it says that it needs, and closes nothing.</summary>
public sealed class ExampleTests
{
    private const string Nginx = "nginx.ingress.kubernetes.io";
    private const string External = "auth-url: http://auth.default.svc.cluster.local/check";

    // What an annotation is no use without, by its name or the beginning of it.
    private static readonly (string Beginning, string[] Needs)[] Companions =
    [
        ("canary", ["canary: 'true'"]),
        ("affinity-canary", ["canary: 'true'"]),
        ("canary-by-header-", ["canary-by-header: X-Canary"]),
        ("affinity-", ["affinity: cookie"]),
        ("session-cookie-", ["affinity: cookie"]),
        ("auth-realm", ["auth-type: basic", "auth-secret: site-users"]),
        ("auth-secret", ["auth-type: basic"]),
        ("auth-secret-type", ["auth-secret: site-users"]),
        ("auth-type", ["auth-secret: site-users"]),
        ("auth-always-set-cookie", [External]),
        ("auth-cache-", [External]),
        ("auth-keepalive", [External]),
        ("auth-method", [External]),
        ("auth-proxy-set-headers", [External]),
        ("auth-request-redirect", [External]),
        ("auth-response-headers", [External]),
        ("auth-signin", [External]),
        ("auth-tls-", ["auth-tls-secret: default/ca"]),
        ("limit-", ["limit-rps: '5'"]),
        ("proxy-redirect-from", ["proxy-redirect-to: /"]),
        ("proxy-redirect-to", ["proxy-redirect-from: http://localhost:8000/"]),
        ("proxy-ssl-", ["proxy-ssl-secret: default/backend-tls"]),
        ("upstream-hash-by-subset", ["upstream-hash-by: $request_uri"]),
        ("x-forwarded-prefix", ["rewrite-target: /"]),
    ];

    // These say that what was written is not what is done; objects that an example names are not here.
    private static readonly HashSet<string> Broken =
    [
        ProblemReasons.InvalidAnnotation, ProblemReasons.UnknownAnnotation, ProblemReasons.UnsupportedAnnotation,
        ProblemReasons.RestrictedAnnotation,
    ];

    public static TheoryData<string> Names =>
        [.. IngressAnnotations.All.Where(annotation => annotation.Example is not null).Select(annotation => annotation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_is_understood(string name)
    {
        var annotation = IngressAnnotations.All.Single(one => one.Name == name);
        var annotations = Companions.Where(one => name.StartsWith(one.Beginning, StringComparison.Ordinal)).SelectMany(one => one.Needs)
            .Distinct().Where(one => !one.StartsWith(name + ":", StringComparison.Ordinal)).Select(one => $"{Nginx}/{one}")
            .Append($"{(annotation.OwnOnly ? IngressAnnotations.OwnPrefix : Nginx)}/{name}: {Quoted(annotation.Example!)}");
        var ingress = $$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: example
              annotations:
                {{string.Join("\n    ", annotations)}}
            spec:
              ingressClassName: yarp
              rules:
              - host: a.example
                http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } } ] }
            """;
        var cluster = ManifestCluster.Read(new TranslationSettings { EnableSslPassthrough = true }, ["-"], new StringReader(ingress));
        var translation = new ClusterTranslation(cluster.Cache, TimeProvider.System);
        translation.Drain();
        Assert.DoesNotContain(
            translation.Problems.All,
            problem => Broken.Contains(problem.Reason) && problem.Field.EndsWith($"/{name}]", StringComparison.Ordinal));
    }

    private static string Quoted(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
