using System.Globalization;
using System.Net;
using System.Text;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>nginx as ingress-nginx sets it up, without the Lua that ingress-nginx runs for each request.</summary>
internal sealed class Nginx : Rival
{
    private const int Sighup = 1;

    public override string Name => "nginx";

    public override Task WriteConfigurationAsync(Site site, CancellationToken ct) => WriteAsync(
        "nginx.conf",
        "nginx.conf",
        new()
        {
            ["folder"] = Folder,
            ["http"] = $"{Http}",
            ["https"] = $"{Https}",
            ["names"] = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1024, site.Hosts.Count * 2)}"),
            ["upstreams"] = string.Concat(site.Backends.Select(Upstream)),
            ["servers"] = string.Concat(site.Hosts.Select(Server)),
        },
        ct);

    protected override Launch Launch() => new(Name, Tool.Find("nginx"), "-p", Folder, "-c", FileOf("nginx.conf"));

    public override Task ReloadAsync(CancellationToken ct)
    {
        Process.Signal(Sighup);
        return Task.CompletedTask;
    }

    private static string NameOf(IPEndPoint backend) => $"upstream-{backend.Address}-{backend.Port}";

    private static string Upstream(IPEndPoint backend) =>
        $$"""

            upstream {{NameOf(backend)}} {
              server {{backend}} max_fails=0;
              keepalive 320;
              keepalive_timeout 60s;
              keepalive_requests 1000000;
            }

          """;

    private string Server(SiteHost host)
    {
        var text = new StringBuilder($"\n  server {{\n    server_name {host.Name};\n    listen {Http};\n");
        if (host.Certificate is { } certificate)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"    listen {Https} ssl http2;\n    ssl_certificate {certificate.Certificate};\n    ssl_certificate_key {certificate.Key};\n");
        }

        foreach (var path in host.Paths)
        {
            text.Append(CultureInfo.InvariantCulture, $"    location {path.Path} {{ proxy_pass http://{NameOf(path.Backend)}; }}\n");
        }

        return text.Append("  }\n").ToString();
    }
}
