using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Commands;
using YarpIngress.Commands.Explain;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Observability;
using YarpIngress.Options;
using YarpIngress.Pipeline.Blocked;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Pipeline.ExternalAuth;
using YarpIngress.Pipeline.Health;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Commands;

/// <summary>
/// What explain says of a request is what becomes of it: every golden file of the translation is served over sockets, and
/// each of its hosts and paths is asked for, with what comes close to them.
/// </summary>
public sealed class ExplainAgreementTests(ExplainAgreementTests.Pods pods) : IClassFixture<ExplainAgreementTests.Pods>
{
    private const string FlagLine = "# translate:";
    private static readonly string Directory = Path.Combine(SourceDirectory(), "../../YarpIngress.Translation.Tests/testdata");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Cases() =>
    [
        .. System.IO.Directory.EnumerateFiles(Directory, "*.in.yaml").Select(file => Path.GetFileName(file)[..^".in.yaml".Length])
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Explain_says_what_becomes_of_a_request(string name)
    {
        var input = await File.ReadAllTextAsync(Path.Combine(Directory, name + ".in.yaml"), Ct);
        string[] flags = input.StartsWith(FlagLine, StringComparison.Ordinal)
            ? input[FlagLine.Length..input.IndexOf('\n')].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : [];
        var options = CommandLineParser.Parse(flags, _ => null).Options;
        var cache = ManifestCluster.Read(options.Translation(), ["-"], new StringReader(input)).Cache;
        await using var gateway = await Gateway.StartAsync();
        gateway.Services.GetRequiredService<ClusterNames>().Resolver = (_, _) => throw new SocketException((int)SocketError.HostNotFound);
        var translation = new ClusterTranslation(cache, TimeProvider.System);
        var served = await PublishAsync(gateway, translation, options);
        var explainer = new Explainer(
            cache, translation, gateway.DataPlane, gateway.Services.GetRequiredService<HealthCheck>());

        foreach (var (host, target) in Probes(cache))
        {
            var (expected, text, canary) = Expected(explainer, host, target);
            var answer = await RawClient.ExchangeAsync(
                gateway.HttpPort, $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            var status = answer.Split(' ')[1];
            // 200 without a pod is what load balancers are answered.
            var actual = status == "200" && answer.LastIndexOf("pod-", StringComparison.Ordinal) is >= 0 and var pod
                ? $"{served[answer[(pod + 4)..].Split('\r')[0]] with { Policy = null }}"
                : status;
            // By their weights, canaries take requests by chance.
            Assert.True(expected == actual || canary == actual, $"{host}{target}: explain says {expected}, the gateway {actual}\n{text}");
        }
        if (name.StartsWith("tls-", StringComparison.Ordinal))
            foreach (var host in Probes(cache).Select(probe => probe.Host).Distinct())
                await CheckCertificateAsync(gateway, explainer, translation, host);
    }

    /// <summary>With pods of this process instead of the addresses in the file, which are nobody's.</summary>
    private async Task<Dictionary<string, BackendKey>> PublishAsync(
        Gateway gateway, ClusterTranslation translation, ControllerOptions options)
    {
        var served = new Dictionary<string, BackendKey>();
        var change = translation.Drain();
        List<Backend> backends = [];
        foreach (var backend in change.BackendsSet)
        {
            if (backend.Endpoints.Count == 0)
            {
                backends.Add(backend);
                continue;
            }
            var (pod, endpoint) = await pods.GetAsync(served.Count);
            served.Add(pod, backend.Key);
            backends.Add(backend with { Protocol = BackendProtocol.Http, Endpoints = [endpoint] });
        }
        if (options.DefaultSslCertificate is { } certificate)
            gateway.DataPlane.SetDefaultCertificate(certificate);
        var publisher = new ModelPublisher(gateway.DataPlane, new ControllerMetrics(options), NullLogger<ModelPublisher>.Instance);
        publisher.OnGlobalSettings += settings =>
        {
            gateway.Services.GetRequiredService<Blocks>().Set(settings.Blocks);
            gateway.Services.GetRequiredService<ClientTrusts>().Set(settings.Client);
        };
        publisher.Publish(change with { BackendsSet = backends }, translation.Problems);
        return served;
    }

    private static (string Answer, string Text, string? Canary) Expected(Explainer explainer, string host, string target)
    {
        try
        {
            var explanation = explainer.Explain(ExplainedRequest.Parse($"http://{host}{target}", "GET", [], "127.0.0.1"), DateTime.UtcNow);
            // Of the authentication services in the files there is none.
            var answer = explanation.Answer.By == "authentication service" ? "500" : explanation.Answer.Status > 0
                ? $"{explanation.Answer.Status}"
                : $"{explanation.Backend!.Service}:{explanation.Backend.Port}";
            var canary = explanation.Policies.FirstOrDefault(policy => policy.Name == "canary" && policy.From != "annotation")?.Value.Split(' ')[0];
            return (answer, ExplanationText.Write(explanation), canary);
        }
        catch (UsageException error)
        {
            return ("400", error.Message, null);
        }
    }

    private static IEnumerable<(string Host, string Target)> Probes(ClusterCache cache)
    {
        var hosts = new HashSet<string> { "nobody.example.net", "10.0.0.1" };
        var targets = new HashSet<string> { "/", "/nobody", "/a/../b", "/..", "//", "/healthz" };
        foreach (var rule in cache.Ingresses.SelectMany(ingress => ingress.Spec?.Rules ?? []))
        {
            if (rule?.Host is { Length: > 0 } host && host.All(c => c is > ' ' and < (char)0x7f))
                hosts.UnionWith([host, host.ToUpperInvariant(), host + ".", host + ":8080", "x." + host, host.Replace("*", "a"), host.Replace("*", "a.b")]);
            foreach (var path in rule?.Http?.Paths?.Select(path => path?.Path) ?? [])
            {
                if (path is not { Length: > 0 } || path[0] != '/')
                    continue;
                var target = Escape(path);
                targets.UnionWith(
                    [target, target + "/", target + "/x", target + "x", target.ToUpperInvariant(), target.TrimEnd('/'), "/x/.." + target, target + "?q=/"]);
            }
        }
        return from host in hosts from target in targets where target.Length > 0 select (host, target);
    }

    /// <summary>So that the path means each of its characters literally.</summary>
    private static string Escape(string path)
    {
        var text = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(path))
            text.Append(b is > (byte)' ' and < 0x7f and not ((byte)'%' or (byte)'?' or (byte)'#') ? $"{(char)b}" : $"%{b:x2}");
        return text.ToString();
    }

    private static async Task CheckCertificateAsync(Gateway gateway, Explainer explainer, ClusterTranslation translation, string host)
    {
        if (Uri.CheckHostName(host) != UriHostNameType.Dns)
            return;
        var said = explainer.Explain(ExplainedRequest.Parse($"https://{host}/", "GET", []), DateTime.UtcNow).Certificate;
        byte[]? shown = null;
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(System.Net.IPAddress.Loopback, gateway.HttpsPort, Ct);
        await using var tls = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) =>
        {
            shown = certificate?.GetRawCertData();
            return true;
        });
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = host, EnabledSslProtocols = SslProtocols.None }, Ct);
        var known = translation.Certificates.Values.Where(one => one.Certificate?.Chain[0].Span.SequenceEqual(shown) == true)
            .Select(one => one.Certificate!.Secret.ToString()).ToList();
        if (said.Secret is null)
            Assert.Empty(known);
        else
            Assert.Contains(said.Secret, known);
    }

    private static string SourceDirectory([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    /// <summary>Pods that answer with their names; made when the first case needs so many.</summary>
    public sealed class Pods : IAsyncLifetime
    {
        private readonly List<Origin> _pods = [];

        public ValueTask InitializeAsync() => default;

        internal async Task<(string Name, Translation.Model.Endpoint Endpoint)> GetAsync(int number)
        {
            while (_pods.Count <= number)
                _pods.Add(await Origin.StartAsync($"pod-{_pods.Count}"));
            var at = _pods[number].EndPoint;
            return ($"{number}", new Translation.Model.Endpoint(at.Address.ToString(), at.Port));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var pod in _pods)
                await pod.DisposeAsync();
        }
    }
}
