using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>haproxy as master and worker; hosts and paths are in a map, certificates in a list.</summary>
internal sealed class Haproxy : Rival
{
    private const int Sigusr2 = 12;

    public override string Name => "haproxy";

    /// <summary>
    /// Points every request of a backend elsewhere over the runtime socket, without a reload; its answer, empty when done.
    /// </summary>
    public async Task<string> SetServerAsync(IPEndPoint backend, IPEndPoint address, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(FileOf("admin.sock")), ct);
        await using var stream = new NetworkStream(socket);
        var command = $"set server {NameOf(backend)}/pod addr {address.Address} port {address.Port}\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command), ct);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync(ct)).Trim();
    }

    public override async Task WriteConfigurationAsync(Site site, CancellationToken ct)
    {
        // The port for TLS that is passed through ends none.
        var passed = site.Hosts.Where(host => host.PassesTls).ToList();
        var encrypted = passed.Count > 0 ? [] : site.Hosts.Where(host => host.Certificate is not null).ToList();
        await File.WriteAllLinesAsync(FileOf("certificates.list"), encrypted.Select(host => $"{host.Certificate!.Both} {host.Name}"), ct);
        await File.WriteAllLinesAsync(
            FileOf("routes.map"),
            site.Hosts.SelectMany(host => host.Paths.Select(path => $"{host.Name}{path.Path} {NameOf(path.Backend)}")),
            ct);
        await WriteAsync(
            "haproxy.cfg",
            "haproxy.cfg",
            new()
            {
                ["folder"] = Folder,
                ["http"] = $"{Http}",
                ["https"] = $"{Https}",
                ["tls"] = encrypted.Count > 0 ? $"bind {Https} ssl crt-list {FileOf("certificates.list")} alpn h2,http/1.1" : "",
                ["streams"] = (site.Streams is { } pod ? Stream(pod) : "") + (passed.Count > 0 ? Passthrough(passed) : ""),
                ["backends"] = string.Concat(site.Backends.Select(Backend)),
            },
            ct);
    }

    protected override Launch Launch() => new(Name, Tool.Find("haproxy"), "-W", "-f", FileOf("haproxy.cfg"));

    public override Task ReloadAsync(CancellationToken ct)
    {
        Process.Signal(Sigusr2);
        return Task.CompletedTask;
    }

    private string Stream(IPEndPoint pod) => $"\nlisten streams\n  mode tcp\n  bind {Tcp}\n  server pod {pod}\n";

    private string Passthrough(IReadOnlyList<SiteHost> hosts) => string.Concat(
        (string[])
        [
            $"\nfrontend passed\n  mode tcp\n  bind {Https}\n  tcp-request inspect-delay 5s\n",
            "  tcp-request content accept if { req.ssl_hello_type 1 }\n",
            .. hosts.Select((host, index) => $"  use_backend passed-{index} if {{ req.ssl_sni -i {host.Name} }}\n"),
            .. hosts.Select((host, index) => $"\nbackend passed-{index}\n  mode tcp\n  server pod {host.Paths[0].Backend}\n"),
        ]);

    private static string NameOf(IPEndPoint backend) => $"backend-{backend.Address}-{backend.Port}";

    private static string Backend(IPEndPoint backend) =>
        string.Create(CultureInfo.InvariantCulture, $"\nbackend {NameOf(backend)}\n  server pod {backend}\n");
}
