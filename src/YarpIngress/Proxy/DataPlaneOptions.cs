using System.Net;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Layer4.Streams;
using YarpIngress.Observability.Tracing;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline.Health;

namespace YarpIngress.Proxy;

/// <summary>Where traffic comes in.</summary>
internal sealed record DataPlaneOptions
{
    /// <summary>Port for HTTP in clear; 0 picks one, see <see cref="Listeners.TrafficPorts"/>; null listens on none.</summary>
    public int? HttpPort { get; init; } = 8080;

    /// <summary>Port for HTTPS; 0 picks one; null listens on none.</summary>
    public int? HttpsPort { get; init; } = 8443;

    /// <summary>Where to listen; empty means all addresses, IPv4 and IPv6.</summary>
    public IReadOnlyList<IPAddress> BindAddresses { get; init; } = [];

    /// <summary>What load balancers ask for on hosts that no rule names; see <see cref="HealthCheck"/>.</summary>
    public string HealthCheckPath { get; init; } = "/healthz";

    /// <summary><c>--enable-ssl-passthrough</c>: whether the port for HTTPS looks who passes TLS through.</summary>
    public bool EnableSslPassthrough { get; init; }

    /// <summary>Bounds of what it passes through.</summary>
    public PassthroughLimits Passthrough { get; init; } = new();

    /// <summary>Bounds of TCP and UDP ports.</summary>
    public StreamLimits Streams { get; init; } = new();

    /// <summary>Under which name traces are sent.</summary>
    public TracingIdentity Identity { get; init; } = new(Environment.MachineName, []);

    /// <summary>How long a client may stay silent on a new connection in clear before it has to say what it speaks.</summary>
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a client may take nothing of an answer before its connection is closed. Longer than the forwarder's 60
    /// seconds, nginx's send_timeout, which end one stream of HTTP/2 and leave the others alone.
    /// </summary>
    public TimeSpan StalledClientTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How many connections clients may have; null takes half of the files that the process may open.</summary>
    public int? MostConnections { get; init; }

    /// <summary>What is counted of requests.</summary>
    public TrafficOptions Traffic { get; init; } = new();

    /// <summary>Where the access log goes when it goes to standard output; null logs nothing there.</summary>
    public Stream? StandardOutput { get; init; }
}
