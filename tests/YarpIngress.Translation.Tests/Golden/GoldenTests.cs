using YarpIngress.Commands;
using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Tests.Golden;

/// <summary>
/// Each <c>testdata/*.in.yaml</c> is what kubectl applies, its <c>.out.yaml</c> what <c>translate</c> prints. A first line
/// <c># translate: --flag…</c> names flags.
/// </summary>
public sealed class GoldenTests
{
    private const string FlagLine = "# translate:";

    public static TheoryData<string> Cases() => [.. GoldenFile.Cases()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Translate_prints_what_the_golden_file_says(string name)
    {
        var input = File.ReadAllText(GoldenFile.Input(name));
        var (output, remarks, exitCode) = Translate(input);
        var actual = $"# exit code {exitCode}\n{string.Concat(remarks.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(r => $"# stderr: {r}\n"))}{output}";
        if (GoldenFile.Rewrite)
            File.WriteAllText(GoldenFile.Output(name), actual);
        Assert.True(File.Exists(GoldenFile.Output(name)), $"{name}.out.yaml is missing; ./build.sh golden writes it");
        Assert.Equal(File.ReadAllText(GoldenFile.Output(name)), actual);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_order_of_the_objects_does_not_matter(string name)
    {
        var input = File.ReadAllText(GoldenFile.Input(name));
        var header = input.StartsWith(FlagLine, StringComparison.Ordinal) ? input[..input.IndexOf('\n')] : "";
        var documents = input.Split("\n---\n");
        Array.Reverse(documents);
        // Line numbers in problems tell the order, and of an object that is there twice the last one counts.
        if (input.Contains("# order matters", StringComparison.Ordinal))
            return;
        Assert.Equal(Translate(input).Output, Translate($"{header}\n{string.Join("\n---\n", documents)}").Output);
    }

    [Fact]
    public void Every_output_has_its_input() => Assert.Empty(GoldenFile.Outputs().Except(GoldenFile.Cases()));

    [Fact]
    public void What_is_printed_is_YAML_that_reads_back()
    {
        foreach (var name in GoldenFile.Cases())
        {
            var document = Assert.Single(ManifestReader.ReadText(Translate(File.ReadAllText(GoldenFile.Input(name))).Output, name));
            Assert.Equal(["model", "yarp", "problems"], document.Object.Select(p => p.Key));
        }
    }

    private static (string Output, string Remarks, int ExitCode) Translate(string input)
    {
        var settings = new TranslationSettings();
        if (input.StartsWith(FlagLine, StringComparison.Ordinal))
        {
            foreach (var flag in input[FlagLine.Length..input.IndexOf('\n')].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                settings = Apply(settings, flag);
        }

        var output = new StringWriter();
        var errors = new StringWriter();
        var exitCode = TranslateCommand.Run(settings, ["-"], new StringReader(input), output, errors, new FixedTime(FixedTime.Golden));
        return (output.ToString(), errors.ToString(), exitCode);
    }

    private static TranslationSettings Apply(TranslationSettings settings, string flag)
    {
        var (name, value) = flag.Split('=', 2) is [var left, var right] ? (left, right) : (flag, "");
        return name switch
        {
            "--ingress-class" => settings with { IngressClass = value },
            "--controller-class" => settings with { ControllerClass = value },
            "--ingress-class-by-name" => settings with { IngressClassByName = true },
            "--watch-ingress-without-class" => settings with { WatchIngressWithoutClass = true },
            "--disable-catch-all" => settings with { DisableCatchAll = true },
            "--disable-svc-external-name" => settings with { DisableExternalName = true },
            "--enable-ssl-passthrough" => settings with { EnableSslPassthrough = true },
            "--default-backend-service" => settings with { DefaultBackendService = Key(value) },
            "--configmap" => settings with { ConfigMap = Key(value) },
            "--tcp-services-configmap" => settings with { TcpServices = Key(value) },
            "--udp-services-configmap" => settings with { UdpServices = Key(value) },
            "--default-ssl-certificate" => settings with { DefaultCertificate = Key(value) },
            _ => throw new ArgumentException($"{name} is not known to golden files"),
        };
    }

    private static ObjectKey Key(string value) => new(value.Split('/')[0], value.Split('/')[1]);
}
