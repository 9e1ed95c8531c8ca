using System.Text.Json.Nodes;
using YarpIngress.Commands;
using YarpIngress.Options;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Commands;

/// <summary><c>migrate</c>: files and a live cluster, the three forms of the report, the exit codes.</summary>
public sealed class MigrateTests : IDisposable
{
    private const string Plain = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: plain
          namespace: shop
          annotations:
            nginx.ingress.kubernetes.io/enable-access-log: "false"
            nginx.ingress.kubernetes.io/ssl-passthrough: "false"
            example.com/enable-access-log: not ours
        spec:
          ingressClassName: nginx
          rules:
          - host: plain.example.com
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
        """;

    private const string Others = """
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: tuned
          namespace: shop
          annotations:
            kubernetes.io/ingress.class: nginx
            nginx.ingress.kubernetes.io/enable-access-log: perhaps
            nginx.ingress.kubernetes.io/proxy-busy-buffers-size: 16k
        spec:
          rules:
          - host: tuned.example.com
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: snippet
          namespace: shop
          annotations:
            nginx.ingress.kubernetes.io/configuration-snippet: |
              proxy_set_header X-A "a|b";
              deny all;
        spec:
          ingressClassName: nginx
          rules:
          - host: snippet.example.com
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: foreign, namespace: shop}
        spec: {ingressClassName: traefik, rules: [{host: foreign.example.com}]}
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("yarp-ingress-migrate-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_carries_over_is_success()
    {
        var (code, output) = await RunAsync("migrate", "-f", Write(Plain));
        Assert.Equal(0, code);
        Assert.StartsWith("1 Ingress: 1 carry over exactly, 0 with a difference, 0 ask for something that is refused\n", output, StringComparison.Ordinal);
        Assert.Contains("EXACT    Ingress shop/plain (plain.example.com)\n", output, StringComparison.Ordinal);
        Assert.Contains("  exact    nginx.ingress.kubernetes.io/enable-access-log: false\n", output, StringComparison.Ordinal);
        Assert.Contains("  note     spec.rules[0].http.paths[0].backend.service.name: Service shop/web does not exist", output, StringComparison.Ordinal);
        Assert.DoesNotContain("example.com/enable-access-log", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_comes_first_and_fails()
    {
        var (code, output) = await RunAsync("migrate", "-f", Write(Plain + "\n" + Others));
        Assert.Equal(1, code);
        Assert.StartsWith(
            "3 Ingresses: 1 carry over exactly, 1 with a difference, 1 ask for something that is refused; 1 of other controllers left out\n\n"
            + "REFUSED  Ingress shop/snippet (snippet.example.com)\n", output, StringComparison.Ordinal);
        Assert.Contains("requests answer 503, since deny in it refuses requests", output, StringComparison.Ordinal);
        Assert.Contains("DIFFERS  Ingress shop/tuned", output, StringComparison.Ordinal);
        Assert.Contains("value \"perhaps\" must be true or false; what applies instead: true", output, StringComparison.Ordinal);
        Assert.Contains("LEFT OUT Ingress shop/foreign: its class \"traefik\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_passes_TLS_through_needs_the_flag_and_no_protection_beside_it()
    {
        var passed = Plain.Replace("ssl-passthrough: \"false\"", "ssl-passthrough: \"true\"", StringComparison.Ordinal);
        var (code, output) = await RunAsync("migrate", "-f", Write(passed));
        Assert.Equal(0, code);
        Assert.Contains("DIFFERS  Ingress shop/plain (plain.example.com)\n", output, StringComparison.Ordinal);
        Assert.Contains(
            "  differs  nginx.ingress.kubernetes.io/ssl-passthrough: true\n"
            + "           ssl-passthrough needs the flag --enable-ssl-passthrough, which is not set; TLS ends at the gateway\n",
            output, StringComparison.Ordinal);

        (code, output) = await RunAsync("migrate", "--enable-ssl-passthrough", "-f", Write(passed));
        Assert.Equal(0, code);
        Assert.Contains("  differs  nginx.ingress.kubernetes.io/ssl-passthrough: true\n", output, StringComparison.Ordinal);
        Assert.Contains(
            "is passed through, so that what follows applies to its requests in clear only: enable-access-log\n", output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("TLS ends at the gateway\n", output, StringComparison.Ordinal);

        var protectedToo = passed.Replace(
            "enable-access-log: \"false\"", "auth-url: https://auth.example.com/check", StringComparison.Ordinal);
        (code, output) = await RunAsync("migrate", "--enable-ssl-passthrough", "-f", Write(protectedToo));
        Assert.Equal(1, code);
        Assert.Contains("REFUSED  Ingress shop/plain (plain.example.com)\n", output, StringComparison.Ordinal);
        Assert.Contains(
            "since the external authentication of path \"/\" of Ingress shop/plain could not be kept", output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_is_JSON_too()
    {
        var (code, output) = await RunAsync("migrate", "-o", "json", "-f", Write(Plain + "\n" + Others));
        Assert.Equal(1, code);
        var report = JsonNode.Parse(output)!;
        Assert.Equal("""{"ingresses":3,"exact":1,"differ":1,"refused":1,"skipped":1}""", report["summary"]!.ToJsonString());
        Assert.Equal(["Refused", "Differs", "Exact"], report["ingresses"]!.AsArray().Select(one => (string?)one!["verdict"]));
        Assert.Equal("nginx.ingress.kubernetes.io/configuration-snippet", (string?)report["ingresses"]![0]!["annotations"]![0]!["key"]);
        Assert.Equal("enable-access-log", (string?)report["annotations"]![0]!["name"]);
        Assert.Equal("foreign", (string?)report["skipped"]![0]!["name"]);
    }

    [Fact]
    public async Task The_report_is_Markdown_too_whose_tables_no_value_breaks()
    {
        var (_, output) = await RunAsync("migrate", "-o", "markdown", "-f", Write(Plain + "\n" + Others));
        Assert.StartsWith("# Migration from ingress-nginx\n", output, StringComparison.Ordinal);
        Assert.Contains("| `enable-access-log` | 2 | 1 | 1 | 0 |\n", output, StringComparison.Ordinal);
        var row = Assert.Single(output.Split('\n'), line => line.StartsWith("| refused | `nginx.", StringComparison.Ordinal));
        Assert.Equal(5, row.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|'));
    }

    [Fact]
    public async Task The_flags_of_classes_choose_others()
    {
        var (_, output) = await RunAsync("migrate", "--ingress-class=traefik", "-f", Write(Plain + "\n" + Others));
        Assert.StartsWith("1 Ingress: ", output, StringComparison.Ordinal);
        Assert.Contains("Ingress shop/foreign", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_live_cluster_is_only_read()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(_ => Task.CompletedTask);
        await bed.ApplyAsync("""
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: nginx}
            spec: {controller: k8s.io/ingress-nginx}
            """);
        await bed.ApplyAsync("""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: live, namespace: default, annotations: {nginx.ingress.kubernetes.io/auth-url: "https://auth.example.com"}}
            spec:
              ingressClassName: nginx
              rules:
              - host: live.example.com
                http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
            """);
        var (_, output) = await RunAsync("migrate", "--kubeconfig", bed.Server.KubeconfigPath!);
        Assert.StartsWith("1 Ingress: ", output, StringComparison.Ordinal);
        Assert.Contains("nginx.ingress.kubernetes.io/auth-url: https://auth.example.com\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("migrate: -o xml: must be text, markdown or json", "migrate", "-o", "xml")]
    [InlineData("migrate: unexpected argument \"a.yaml\"; files are named after -f", "migrate", "a.yaml")]
    [InlineData("migrate: ", "migrate", "-f", "/no/such/file.yaml")]
    public async Task Wrong_usage_says_what_is_right(string message, params string[] args)
    {
        var error = await Assert.ThrowsAsync<UsageException>(() => RunAsync(args));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var code = await Command.RunAsync(args, TextReader.Null, output, TextWriter.Null);
        return (code, output.ToString());
    }

    private string Write(string text)
    {
        var path = Path.Combine(_directory, "manifests.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
