using YarpIngress.Commands.Explain;
using YarpIngress.Options;
using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.Commands;

public class ExplainTests
{
    private const string Manifests = """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: yarp}
        spec: {controller: yarp-ingress.dev/controller}
        ---
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: nginx}
        spec: {controller: k8s.io/ingress-nginx}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: shop, namespace: default, creationTimestamp: "2026-01-01T00:00:00Z"}
        spec:
          ingressClassName: yarp
          rules:
          - host: shop.example.com
            http:
              paths:
              - {path: /, pathType: Prefix, backend: {service: {name: missing, port: {number: 80}}}}
              - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
              - {path: /Cart, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
              - {path: /cart/x, pathType: Exact, backend: {service: {name: cart, port: {number: 80}}}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: late, namespace: default, creationTimestamp: "2026-02-01T00:00:00Z"}
        spec:
          ingressClassName: yarp
          defaultBackend: {service: {name: cart, port: {number: 80}}}
          rules:
          - host: shop.example.com
            http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}]}
          - host: "*.example.com"
            http: {paths: [{path: /wild, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: foreign, namespace: default}
        spec:
          ingressClassName: nginx
          rules:
          - host: shop.example.com
            http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: cart, namespace: default}
        spec: {selector: {app: cart}, ports: [{port: 80}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: cart-1, namespace: default, labels: {kubernetes.io/service-name: cart}}
        addressType: IPv4
        endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}, {addresses: [10.0.0.2], conditions: {ready: false}}]
        ports: [{port: 8080}]
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_winner_and_why_the_others_lost()
    {
        var (code, text) = await ExplainAsync(Manifests, "http://shop.example.com/cart/items?x=1", "-X", "POST");
        Assert.Equal(0, code);
        Assert.StartsWith("POST http://shop.example.com/cart/items?x=1\n", text);
        Assert.Contains("Rule      Ingress default/shop spec.rules[0].http.paths[1]: Prefix /cart\n", text);
        Assert.Contains("its class \"yarp\" is ours", text);
        Assert.Contains("Service default/cart port 80", text);
        Assert.Contains("1 (1 not ready), Http: 10.0.0.1:8080", text);
        Assert.Contains("paths[0] (Prefix /): its prefix is shorter than /cart", text);
        Assert.Contains(
            "default/late spec.rules[0].http.paths[0] (Prefix /cart): Ingress default/shop, which is older, has the same path", text);
        Assert.Contains("(Prefix /wild for *.example.com): the path does not match, and the host shop.example.com is named itself", text);
        Assert.Contains("paths[2] (Prefix /Cart): the path differs in upper and lower case", text);
        Assert.Contains("default/foreign: not ours: its class \"nginx\" belongs to another controller than yarp-ingress.dev/controller (its controller is k8s.io/ingress-nginx)", text);
        Assert.Contains("Error: Ingress default/late: DuplicatePath", text);
    }

    [Theory]
    [InlineData("shop.example.com/cart/x", 0, "paths[3]: Exact /cart/x", "paths[1] (Prefix /cart): an Exact path comes before every prefix")]
    [InlineData("shop.example.com/cart/x/y", 0, "paths[1]: Prefix /cart", "Exact means the whole path, and the request's is longer")]
    [InlineData("shop.example.com/a/../cart", 0, "matched as /cart", "paths[1]: Prefix /cart")]
    [InlineData("shop.example.com/cartoon", 1, "503: its backend has no endpoint", "Prefix means whole path elements, and the request's element is longer")]
    [InlineData("shop.example.com/", 1, "none: Service default/missing does not exist", "ServiceNotFound")]
    [InlineData("SHOP.example.com:8080/cart", 0, "named by a rule", "paths[1]: Prefix /cart")]
    [InlineData("other.example.com/wild", 0, "covered by *.example.com", "spec.rules[1].http.paths[0]: Prefix /wild")]
    [InlineData("other.example.com/x", 0, "spec.defaultBackend, since none of the host's paths matches", "Service default/cart")]
    [InlineData("a.b.org/", 0, "no rule names it", "spec.defaultBackend")]
    public async Task Kinds_of_answers(string url, int code, string first, string second) =>
        AssertSays(await ExplainAsync(Manifests, url), code, first, second);

    [Fact]
    public async Task What_the_ConfigMap_says_is_listed_with_its_effect()
    {
        var (_, text) = await ExplainAsync(
            Manifests + """

            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data:
              log-format-upstream: "$status $upstream_adr"
              disable-access-log: "maybe"
              opentelemetry-config: /my/file.toml
              enable-otlp-metrics: "true"
            """,
            "http://shop.example.com/cart", "--configmap", "default/global");
        Assert.Contains("disable-access-log=maybe (ConfigMap default/global): Whether there is no access log.", text);
        Assert.Contains("InvalidSetting at data.disable-access-log", text);
        Assert.Contains("there is no variable $upstream_adr; - stands in its place; did you mean $upstream_addr?", text);
        Assert.Contains("names a file of nginx's OpenTelemetry module", text);
        Assert.Contains("no otlp-collector-host says where to send metrics", text);
    }

    [Fact]
    public async Task Timeouts_and_CORS_are_told_in_numbers_and_names()
    {
        var (_, text) = await ExplainAsync(
            Manifests + """

            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: timed
              namespace: default
              annotations:
                nginx.ingress.kubernetes.io/proxy-read-timeout: "5"
                yarp.ingress.kubernetes.io/timeout-policy: short
                yarp.ingress.kubernetes.io/cors-policy: partners
            spec:
              ingressClassName: yarp
              rules: [{host: timed.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}]}}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data:
              timeout-policies: "short: 00:00:07"
              cors-policies: "partners: {AllowOrigins: [https://partner.example], AllowMethods: [GET]}"
            """,
            "http://timed.example.com/", "--configmap", "default/global");
        Assert.Contains("timeout=5s (annotation or ConfigMap)", text);
        Assert.Contains("request timeout=00:00:07 (timeout or timeout-policy)", text);
        Assert.Contains("cors=https://partner.example by GET (enable-cors or cors-policy)", text);
    }

    [Fact]
    public async Task What_is_refused_is_told_apart_from_what_nobody_knows()
    {
        var (_, text) = await ExplainAsync(
            Manifests + """

            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: closed
              namespace: default
              annotations:
                nginx.ingress.kubernetes.io/enable-modsecurity: "true"
                nginx.ingress.kubernetes.io/enable-modsecuriti: "true"
                nginx.ingress.kubernetes.io/auth-type: basic
            spec:
              ingressClassName: yarp
              rules: [{host: closed.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}]}}]
            """,
            "http://closed.example.com/");
        Assert.Contains("enable-modsecurity=true (annotation): not acted on, since it is a module of nginx, which is not here\n", text);
        Assert.Contains("enable-modsecuriti=true (annotation): none: this version does not know the annotation\n", text);
        Assert.Contains("login=basic, 0 users of no Secret (annotation)", text);
    }

    [Fact]
    public async Task Nothing_serves_it_without_any_rule_for_the_host()
    {
        var (code, text) = await ExplainAsync("{apiVersion: v1, kind: Service, metadata: {name: web}}", "https://a.example/");
        Assert.Equal(1, code);
        Assert.Contains("404: nothing serves it", text);
        Assert.Contains("TLS       the self-signed default certificate", text);
    }

    [Fact]
    public async Task The_Host_header_decides_as_with_curl()
    {
        var (_, text) = await ExplainAsync(Manifests, "http://127.0.0.1:8080/cart", "-H", "Host: shop.example.com");
        Assert.Contains("paths[1]: Prefix /cart", text);
    }

    [Theory]
    [InlineData("which request?")]
    [InlineData("the scheme must be http or https", "ftp://a/")]
    [InlineData("tcp://HOST:PORT with a port from 1 to 65535", "tcp://gateway:postgres")]
    [InlineData("udp://HOST:PORT with a port from 1 to 65535", "udp://gateway:65536")]
    [InlineData("is no host name", "http://a b/")]
    [InlineData("is no usable path", "http://a/..")]
    [InlineData("must be 'Name: value'", "http://a/", "-H", "Host")]
    [InlineData("files are named after -f", "http://a/", "b.yaml")]
    public async Task Wrong_usage_says_what_is_right(string message, params string[] args)
    {
        var error = await Assert.ThrowsAsync<UsageException>(() =>
            ExplainCommand.RunAsync(args, TextReader.Null, TextWriter.Null, TextWriter.Null, TimeProvider.System, Ct));
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData("tcp://gateway:5432", 0, "a pod's: the only endpoint, 10.0.0.9:15432", "Entry     ConfigMap default/tcp data.5432")]
    [InlineData("tcp://gateway:5432", 0, "Endpoints 1 (1 not ready), TCP: 10.0.0.9:15432", "10.0.0.8 takes no traffic: not ready")]
    [InlineData("tcp://gateway:5432/", 0, "PROXY=from clients (ConfigMap default/tcp data.5432)", "proxy-stream-timeout=5s (ConfigMap default/global)")]
    [InlineData("tcp://gateway:5433", 1, "none: the connection is closed, since no endpoint takes traffic", "Service default/nowhere does not exist")]
    [InlineData("tcp://gateway:5434", 1, "the entry for port 5434 of ConfigMap default/tcp can't be served", "InvalidStreamPort at data.5434")]
    [InlineData("tcp://gateway:8443", 1, "nobody listens: port 8443 is reserved for", "tcp port 8443")]
    [InlineData("tcp://[::1]:1", 1, "nobody listens: ConfigMap default/tcp names no port 1", "tcp port 1")]
    [InlineData("UDP://gateway:53", 0, "a pod's: the one of 2 endpoints that the client's address chooses", "sessionAffinity=ClientIP (Service default/dns)")]
    [InlineData("udp://gateway:53", 0, "udp port 53", "proxy-stream-responses=1 (default)")]
    public async Task Ports_of_TCP_and_UDP_are_explained(string url, int code, string first, string second)
    {
        var answer = await ExplainAsync(
            Ports, url, "--tcp-services-configmap", "default/tcp", "--udp-services-configmap", "default/udp", "--configmap", "default/global");
        AssertSays(answer, code, first, second);
    }

    [Fact]
    public async Task The_endpoint_of_a_client_is_named_and_flags_that_are_missing_too()
    {
        var (_, text) = await ExplainAsync(Ports, "udp://gateway:53", "--udp-services-configmap", "default/udp", "--client", "192.0.2.1");
        Assert.Matches(@"a pod's: 10\.0\.1\.[12]:5353, which the client's address chooses", text);
        var (code, none) = await ExplainAsync(Ports, "udp://gateway:53", "--tcp-services-configmap", "default/tcp");
        Assert.Contains("nobody listens: --udp-services-configmap names no ConfigMap of UDP ports", none);
        Assert.Equal(1, code);
        var (_, json) = await ExplainAsync(Ports, "tcp://gateway:5432", "--tcp-services-configmap", "default/tcp", "-o", "json");
        Assert.Contains("\"protocol\": \"tcp\"", json);
        Assert.Contains("\"field\": \"data.5432\"", json);
        // What is wrong with other ports is no matter of this one.
        Assert.DoesNotContain("data.5434", json);
    }

    private const string Ports = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: tcp, namespace: default}
        data: {"5432": "default/db:sql:PROXY", "5433": "default/nowhere:1", "5434": "db:sql", "8443": "default/db:sql"}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: udp, namespace: default}
        data: {"53": "default/dns:53"}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: global, namespace: default}
        data: {proxy-stream-timeout: "5"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: db, namespace: default}
        spec: {ports: [{name: sql, port: 5432}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: db-1, namespace: default, labels: {kubernetes.io/service-name: db}}
        addressType: IPv4
        endpoints: [{addresses: [10.0.0.9], conditions: {ready: true}}, {addresses: [10.0.0.8], conditions: {ready: false}}]
        ports: [{name: sql, port: 15432}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: dns, namespace: default}
        spec: {sessionAffinity: ClientIP, ports: [{port: 53, protocol: UDP}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: dns-1, namespace: default, labels: {kubernetes.io/service-name: dns}}
        addressType: IPv4
        endpoints: [{addresses: [10.0.1.1], conditions: {ready: true}}, {addresses: [10.0.1.2], conditions: {ready: true}}]
        ports: [{port: 5353, protocol: UDP}]
        """;

    [Fact]
    public async Task A_live_cluster_is_asked_without_files()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyServiceAsync("web", new(System.Net.IPAddress.Loopback, 4711));
        await bed.ApplyIngressAsync("web", "a.example", "web");
        var output = new StringWriter();
        var code = await ExplainCommand.RunAsync(
            ["http://a.example/x", "--kubeconfig", bed.Server.KubeconfigPath!], TextReader.Null, output, TextWriter.Null, TimeProvider.System, Ct);
        Assert.Contains("Endpoints 1, Http: 127.0.0.1:4711", output.ToString());
        Assert.Equal(0, code);
    }

    private static void AssertSays((int Code, string Text) answer, int code, params string[] texts)
    {
        Assert.All(texts, text => Assert.Contains(text, answer.Text));
        Assert.Equal(code, answer.Code);
    }

    private static async Task<(int Code, string Text)> ExplainAsync(string manifests, params string[] args)
    {
        var output = new StringWriter();
        var code = await ExplainCommand.RunAsync(
            [.. args, "-f", "-"], new StringReader(manifests), output, TextWriter.Null, TimeProvider.System, Ct);
        return (code, output.ToString());
    }
}
