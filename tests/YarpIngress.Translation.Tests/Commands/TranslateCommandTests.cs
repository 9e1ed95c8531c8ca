using YarpIngress.Commands;

namespace YarpIngress.Translation.Tests.Commands;

public sealed class TranslateCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("yarp-ingress-translate-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Nothing_to_read_is_bad_usage() => Assert.Equal((2, "", "nothing to read"), Run());

    [Fact]
    public void A_missing_file_is_bad_usage()
    {
        var path = Path.Combine(_directory, "missing.yaml");
        Assert.Equal((2, "", path), Run(path));
    }

    [Fact]
    public void What_is_no_YAML_fails_and_names_the_line() =>
        Assert.Equal((1, "", "bad.yaml:2"), Run(Write("bad.yaml", "a: b\n  c: : d\n")));

    [Fact]
    public void Files_and_directories_are_read_together()
    {
        Write("dir/one.yaml", Ingress("one"));
        Write("dir/two.json", """{"apiVersion":"v1","kind":"Node","metadata":{"name":"x"}}""");
        Write("dir/readme.txt", "not: [read");
        var (code, output, errors) = Run(Path.Combine(_directory, "dir"), Write("three.yaml", Ingress("three")));
        Assert.Equal(1, code);
        Assert.Contains("host: one.example.com", output, StringComparison.Ordinal);
        Assert.Contains("host: three.example.com", output, StringComparison.Ordinal);
        Assert.Equal("ignored 1 Node", errors);
    }

    [Fact]
    public void What_carries_over_from_ingress_nginx_is_summed_up_beside_the_model()
    {
        var odd = Ingress("odd").Replace(
            "  name: odd\n", "  name: odd\n  annotations: {nginx.ingress.kubernetes.io/server-snippet: gzip on;}\n",
            StringComparison.Ordinal);
        var errors = new StringWriter();
        var output = new StringWriter();
        TranslateCommand.Run(
            new TranslationSettings(), [Write("plain.yaml", Ingress("plain")), Write("odd.yaml", odd)], TextReader.Null, output, errors);
        Assert.StartsWith(
            "2 Ingresses: 1 carry over exactly, 0 with a difference, 1 ask for something that is refused\n", errors.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("REFUSED  Ingress default/odd (odd.example.com)\n", errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("default/plain", errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("carry over", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_wrong_is_success() => Assert.Equal(0, Run(Write("empty.yaml", "")).Code);

    /// <summary>The exit code, the output, and of the remarks the first known part.</summary>
    private static (int Code, string Output, string Errors) Run(params string[] paths)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        var code = TranslateCommand.Run(new TranslationSettings(), paths, TextReader.Null, output, errors);
        var remarks = errors.ToString();
        string[] known = ["nothing to read", "bad.yaml:2", "ignored 1 Node", .. paths];
        return (code, output.ToString(), known.FirstOrDefault(k => remarks.Contains(k, StringComparison.Ordinal)) ?? remarks);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Ingress(string name) => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: {{name}}
        spec:
          ingressClassName: yarp
          rules:
          - host: {{name}}.example.com
            http:
              paths:
              - path: /
                pathType: Prefix
                backend:
                  service:
                    name: web
                    port:
                      number: 80
        """;
}
