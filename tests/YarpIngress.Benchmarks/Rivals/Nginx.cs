using System.Globalization;
using System.Net;
using System.Text;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>nginx as ingress-nginx sets it up, without the Lua that ingress-nginx runs for each request.</summary>
internal sealed class Nginx : Rival
{
    private const int Sighup = 1;

    // Debian's package libnginx-mod-stream.
    private const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    public override string Name => "nginx";

    /// <summary>Whether it can have TCP and UDP ports.</summary>
    public static bool HasStreams => File.Exists(StreamModule);

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
            // The port for TLS that is passed through ends none.
            ["servers"] = string.Concat(site.Hosts.Select(host => Server(host, endsTls: !site.Hosts.Any(one => one.PassesTls)))),
            ["module"] = HasStreams ? $"load_module {StreamModule};" : "",
            ["streams"] = site.Streams is { } pod && HasStreams ? Streams(pod, [.. site.Hosts.Where(host => host.PassesTls)]) : "",
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

    /// <summary>Ports as ingress-nginx writes them, with its log; its SNI proxy is a program of its own, and this is nginx's.</summary>
    private string Streams(IPEndPoint pod, IReadOnlyList<SiteHost> passed) =>
        $$"""

        stream {
          log_format log_stream '[$remote_addr] [$time_local] $protocol $status $bytes_sent $bytes_received $session_time';
          access_log /dev/null log_stream;
          tcp_nodelay on;
          proxy_timeout 600s;
          server { listen {{Tcp}}; proxy_pass {{pod}}; }
          server { listen {{Udp}} udp; proxy_responses 1; proxy_pass {{pod}}; }
          map $ssl_preread_server_name $passed { {{string.Concat(passed.Select(host => $"{host.Name} {host.Paths[0].Backend}; "))}}}
          server { listen {{Https}}; ssl_preread on; proxy_pass $passed; }
        }

        """;

    private string Server(SiteHost host, bool endsTls)
    {
        var text = new StringBuilder($"\n  server {{\n    server_name {host.Name};\n    listen {Http};\n");
        if (endsTls && host.Certificate is { } certificate)
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
