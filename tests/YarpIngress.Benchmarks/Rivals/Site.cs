using System.Net;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>What a proxy is told to serve; each writes it down in its own language.</summary>
internal sealed record Site(params IReadOnlyList<SiteHost> Hosts)
{
    /// <summary>Where <see cref="Rival.Tcp"/> and <see cref="Rival.Udp"/> lead; null when there are no such ports.</summary>
    public IPEndPoint? Streams { get; init; }

    public IEnumerable<IPEndPoint> Backends => Hosts.SelectMany(host => host.Paths).Select(path => path.Backend).Distinct();

    public IEnumerable<CertificateFiles> Certificates => Hosts.Select(host => host.Certificate).OfType<CertificateFiles>().Distinct();

    /// <summary>Hosts <c>app-0.bench.example</c> and on, all of whose paths go to one backend.</summary>
    public static Site Of(int hosts, IPEndPoint backend) =>
        new([.. Enumerable.Range(0, hosts).Select(index => new SiteHost(HostName(index), new SitePath("/", backend)))]);

    public static string HostName(int index) => $"app-{index}.bench.example";
}

/// <summary>A host with its paths, over HTTP and, with a certificate, over TLS.</summary>
internal sealed record SiteHost(string Name, params IReadOnlyList<SitePath> Paths)
{
    public CertificateFiles? Certificate { get; init; }

    /// <summary>Whether its TLS goes to the backend as it is.</summary>
    public bool PassesTls { get; init; }
}

/// <summary>A prefix of paths and who answers it.</summary>
internal sealed record SitePath(string Path, IPEndPoint Backend);
