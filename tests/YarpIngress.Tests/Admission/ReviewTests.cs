using YarpIngress.Controller.Admission;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Admission;

/// <summary>What a review refuses, what it warns of, and that the size of the cluster does not matter to it.</summary>
public sealed class ReviewTests
{
    private const string Other = "nginx.ingress.kubernetes.io";

    public static TheoryData<string> Examples =>
        [.. IngressAnnotations.All.Where(annotation => annotation.Example is not null).Select(annotation => annotation.Name)];

    [Theory]
    [InlineData("{}", "/", "Prefix", "")]
    [InlineData("{nginx.ingress.kubernetes.io/ssl-redirect: \"false\"}", "/", "Exact", "")]
    [InlineData("{nginx.ingress.kubernetes.io/use-regex: \"true\"}", "/a/[0-9]+", "ImplementationSpecific", "")]
    [InlineData("{nginx.ingress.kubernetes.io/use-regex: \"true\"}", "/a/[0-9]+", "Prefix", "InvalidPath")]
    [InlineData("{}", "/a{b}", "Exact", "InvalidPath")]
    [InlineData("{nginx.ingress.kubernetes.io/use-regex: \"true\"}", "/a/(", "ImplementationSpecific", "InvalidPath")]
    [InlineData("{nginx.ingress.kubernetes.io/proxy-connect-timeout: soon}", "/", "Prefix", "InvalidAnnotation")]
    [InlineData("{nginx.ingress.kubernetes.io/configuration-snippet: \"return 200;\"}", "/", "Prefix", "UnsupportedAnnotation")]
    [InlineData("{nginx.ingress.kubernetes.io/server-snippet: \"more_set_headers x;\"}", "/", "Prefix", "UnsupportedAnnotation")]
    [InlineData("{yarp.ingress.kubernetes.io/route-methods: \"G E T\"}", "/", "Prefix", "InvalidAnnotation")]
    public void Refuses(string annotations, string path, string type, string reason) => Assert.Equal(
        reason, string.Join(',', Review(new ReviewedCluster(), Ingress("new", "a.example", path, type, annotations)).Refusals.Select(problem => problem.Reason)));

    /// <summary>Beside what some of them need; nothing that they name is there.</summary>
    [Theory]
    [MemberData(nameof(Examples))]
    public void Refuses_no_example(string name)
    {
        var annotation = IngressAnnotations.ByName[name];
        var ingress = ReviewedCluster.Read(Ingress("new", "a.example"));
        ingress.Metadata.NamespaceProperty = "default";
        ingress.Metadata.Annotations = new Dictionary<string, string>
        {
            [$"{Other}/auth-tls-secret"] = "default/authorities",
            [$"{Other}/auth-type"] = "basic",
            [$"{Other}/auth-secret"] = "users",
            [$"{(annotation.OwnOnly ? IngressAnnotations.OwnPrefix : Other)}/{name}"] = annotation.Example!,
        };
        if (name == "proxy-redirect-from")
            ingress.Metadata.Annotations[$"{Other}/proxy-redirect-to"] = "/";
        Assert.Empty(new ReviewedCluster().Judge(ingress).Refusals);
    }

    [Theory]
    [InlineData("{nginx.ingress.kubernetes.io/rewrite-targt: /}", "did you mean nginx.ingress.kubernetes.io/rewrite-target?")]
    [InlineData("{nginx.ingress.kubernetes.io/enable-opentracing: \"true\"}", "enable-opentracing")]
    [InlineData("{nginx.ingress.kubernetes.io/proxy-busy-buffers-size: 8k}", "proxy-busy-buffers-size")]
    [InlineData("{nginx.ingress.kubernetes.io/x-forwarded-prefix: \"\"}", "x-forwarded-prefix")]
    [InlineData("{nginx.ingress.kubernetes.io/auth-snippet: x}", "it has no effect without auth-url")]
    [InlineData("{nginx.ingress.kubernetes.io/ssl-prefer-server-ciphers: \"false\"}", "has no effect")]
    public void Warns_of_annotations_that_do_nothing(string annotations, string says)
    {
        var outcome = Review(new ReviewedCluster(), Ingress("new", "a.example", annotations: annotations));
        Assert.Empty(outcome.Refusals);
        Assert.Contains(outcome.Warnings, problem => $"{problem.Field}: {problem.Message}".Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Warns_of_Services_and_ports_that_are_not_there_yet()
    {
        var cluster = new ReviewedCluster();
        Assert.Contains(
            Review(cluster, Ingress("new", "a.example")).Warnings, problem => problem.Reason == ProblemReasons.ServiceNotFound);
        cluster.Apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: demo}
            spec: {ports: [{port: 81}]}
            """);
        Assert.Contains(
            Review(cluster, Ingress("new", "a.example")).Warnings, problem => problem.Reason == ProblemReasons.ServicePortNotFound);
        cluster.Apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: demo}
            spec: {ports: [{port: 80}]}
            """);
        Assert.Empty(Review(cluster, Ingress("new", "a.example")).Warnings);
    }

    [Fact]
    public void Refuses_a_path_that_another_Ingress_serves_unless_it_is_a_canary()
    {
        var cluster = new ReviewedCluster();
        cluster.Apply(Ingress("old", "a.example", created: "2026-01-01T00:00:00Z"));
        Assert.Contains("already served by Ingress demo/old",
            Assert.Single(Review(cluster, Ingress("new", "a.example")).Refusals).Message, StringComparison.Ordinal);
        Assert.Empty(Review(cluster, Ingress("new", "a.example", "/other")).Refusals);
        Assert.Empty(Review(cluster, Ingress("new", "a.example", "/", "Exact")).Refusals);
        Assert.Empty(Review(cluster, Ingress("new", "b.example")).Refusals);
        Assert.Empty(Review(
            cluster, Ingress("new", "a.example", annotations: $"{{{Other}/canary: \"true\", {Other}/canary-weight: \"10\"}}", service: "next")).Refusals);
        // Itself, changed, is no other.
        Assert.Empty(Review(cluster, Ingress("old", "a.example", annotations: $"{{{Other}/ssl-redirect: \"false\"}}", created: "2026-01-01T00:00:00Z")).Refusals);
    }

    [Fact]
    public void Refuses_to_take_a_path_from_a_younger_Ingress_that_serves_it()
    {
        var cluster = new ReviewedCluster();
        cluster.Apply(Ingress("young", "a.example", created: "2026-02-01T00:00:00Z"));
        cluster.Apply(Ingress("old", "b.example", created: "2026-01-01T00:00:00Z"));
        var refusal = Assert.Single(Review(cluster, Ingress("old", "a.example", created: "2026-01-01T00:00:00Z")).Refusals);
        Assert.Contains("with it, of Ingress demo/young, spec.rules[0].http.paths[0].path", refusal.Message, StringComparison.Ordinal);
        // What was so before is not laid at its door.
        cluster.Apply(Ingress("younger", "a.example", created: "2026-03-01T00:00:00Z"));
        Assert.Empty(Review(cluster, Ingress("young", "a.example", annotations: $"{{{Other}/ssl-redirect: \"false\"}}", created: "2026-02-01T00:00:00Z")).Refusals);
    }

    [Fact]
    public void Catch_alls()
    {
        const string CatchAll = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: NAME, namespace: demo}
            spec: {ingressClassName: yarp, defaultBackend: {service: {name: NAME, port: {number: 80}}}}
            """;
        static string Named(string name) => CatchAll.Replace("NAME", name, StringComparison.Ordinal);
        var cluster = new ReviewedCluster();
        Assert.Empty(Review(cluster, Named("one")).Refusals);
        cluster.Apply(Named("one"));
        Assert.Equal(ProblemReasons.DuplicatePath, Assert.Single(Review(cluster, Named("two")).Refusals).Reason);
        Assert.Empty(Review(cluster, Named("one")).Refusals);
        Assert.Equal(
            ProblemReasons.CatchAllDisabled,
            Assert.Single(Review(new ReviewedCluster(new TranslationSettings { DisableCatchAll = true }), Named("one")).Refusals).Reason);
    }

    [Fact]
    public void Refuses_annotations_under_a_prefix_that_is_not_read()
    {
        var cluster = new ReviewedCluster(new TranslationSettings { AnnotationsPrefix = "ingress.example.com" });
        var refusal = Assert.Single(
            Review(cluster, Ingress("new", "a.example", annotations: $"{{{Other}/allowlist-source-range: 10.0.0.0/8}}")).Refusals);
        Assert.Contains("write ingress.example.com/allowlist-source-range", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Review(cluster, Ingress("new", "a.example", annotations: "{ingress.example.com/ssl-redirect: \"false\"}")).Refusals);
    }

    [Fact]
    public void A_host_whose_paths_become_patterns_warns_of_the_paths_that_are_none()
    {
        var cluster = new ReviewedCluster();
        cluster.Apply(Ingress("old", "a.example", "/a(b", "ImplementationSpecific"));
        var outcome = Review(cluster, Ingress("new", "a.example", "/x", annotations: $"{{{Other}/use-regex: \"true\"}}"));
        Assert.Empty(outcome.Refusals);
        Assert.Contains(outcome.Warnings,
            problem => problem.Message.StartsWith("with it, of Ingress demo/old, ", StringComparison.Ordinal));
    }

    [Fact]
    public void Namespaces_that_are_not_followed_and_other_classes_are_left_alone()
    {
        var cluster = new ReviewedCluster();
        var value = ReviewedCluster.Read(Ingress("new", "a.example"));
        Assert.NotNull(cluster.Review.Settings(value));
        Assert.Null(new IngressReview(cluster.Cache, cluster.Translation, _ => false).Settings(value));
        value.Spec!.IngressClassName = "other";
        Assert.Null(cluster.Review.Settings(value));
    }

    [Fact]
    public void A_review_costs_the_same_however_many_Ingresses_there_are()
    {
        var (few, many) = (new ReviewedCluster(), new ReviewedCluster());
        for (var i = 0; i < 20_000; i++)
            (i < 10 ? few : many).Cache.Set(ReviewedCluster.Read(Ingress($"i{i}", $"h{i}.example")));
        few.Translation.Drain();
        many.Translation.Drain();
        var candidate = ReviewedCluster.Read(Ingress("new", "h5.example", "/mine"));
        few.Judge(candidate);
        many.Judge(candidate);
        var (small, large) = (Allocated(few), Allocated(many));
        Assert.True(large < (small * 2) + 100_000, $"{small} bytes beside 10, {large} beside 20,000");

        long Allocated(ReviewedCluster cluster)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            cluster.Judge(candidate);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static ReviewOutcome Review(ReviewedCluster cluster, string yaml) => cluster.Judge(ReviewedCluster.Read(yaml));

    private static string Ingress(
        string name, string host, string path = "/", string type = "Prefix", string annotations = "{}", string service = "web",
        string created = "2026-01-15T00:00:00Z") => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: {{name}}, namespace: demo, creationTimestamp: "{{created}}", annotations: {{annotations}} }
        spec:
          ingressClassName: yarp
          rules:
          - host: {{host}}
            http: {paths: [{path: "{{path}}", pathType: {{type}}, backend: {service: {name: {{service}}, port: {number: 80} } } } ] }
        """;
}
