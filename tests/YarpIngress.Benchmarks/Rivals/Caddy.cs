using System.Globalization;
using System.Text;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>
/// caddy with its own defaults, but that it keeps as many connections to the backend as the load needs, unless
/// <paramref name="keepsAll"/> is false: by itself it keeps 32 and makes the rest anew each time.
/// </summary>
internal sealed class Caddy(string name, bool keepsAll = true) : Rival
{
    private const string KeepAll = "keepalive_idle_conns_per_host 320";
    private readonly int _admin = ChildProcess.FreePort();

    public override string Name => name;

    public override Task WriteConfigurationAsync(Site site, CancellationToken ct) => WriteAsync(
        "Caddyfile",
        "Caddyfile",
        new()
        {
            ["keep"] = keepsAll ? KeepAll : "",
            ["admin"] = $"127.0.0.1:{_admin}",
            ["http-port"] = $"{Http.Port}",
            ["sites"] = string.Concat(site.Hosts.Select(SiteBlocks)),
        },
        ct);

    protected override Launch Launch() =>
        new("caddy", Tool.Find("caddy"), "run", "--config", FileOf("Caddyfile"), "--adapter", "caddyfile")
        {
            Environment = new Dictionary<string, string>
            {
                ["HOME"] = Folder,
                ["XDG_CONFIG_HOME"] = FileOf("config"),
                ["XDG_DATA_HOME"] = FileOf("data"),
            },
        };

    public override async Task ReloadAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        using var content = new StringContent(await File.ReadAllTextAsync(FileOf("Caddyfile"), ct), Encoding.UTF8, "text/caddyfile");
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{_admin}/load"), content, ct);
        answer.EnsureSuccessStatusCode();
    }

    private string SiteBlocks(SiteHost host)
    {
        var text = new StringBuilder();
        Append(text, $"http://{host.Name}:{Http.Port}", "", host.Paths);
        if (host.Certificate is { } certificate)
            Append(text, $"https://{host.Name}:{Https.Port}", $"  tls {certificate.Certificate} {certificate.Key}\n", host.Paths);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string address, string tls, IReadOnlyList<SitePath> paths)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{address} {{\n  bind 127.0.0.1\n{tls}");
        foreach (var path in paths)
            text.Append(CultureInfo.InvariantCulture, $"  reverse_proxy {path.Path.TrimEnd('/')}/* {path.Backend} {{\n    import upstream\n  }}\n");
        text.Append("}\n");
    }
}
