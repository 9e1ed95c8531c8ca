using System.Net.Sockets;
using YarpIngress.LocalCluster.Pods;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>What the kubelet knows of a pod that it runs.</summary>
internal sealed class RunningPod(string uid, EchoPod echo)
{
    public string Uid => uid;

    public EchoPod Echo => echo;

    /// <summary>The ports and their Services, as of the last look.</summary>
    public IReadOnlyList<ListeningPort> Ports { get; private set; } = [];

    /// <summary>Why the pod does not listen as it should; null when it does.</summary>
    public string? Problem { get; private set; }

    /// <summary>The fingerprint of the status that the kubelet wrote last.</summary>
    public string WrittenStatus { get; set; } = PodStatus.Untouched;

    /// <summary>Whether somebody else writes the pod's status: then the kubelet no longer does.</summary>
    public bool StatusIsForeign { get; set; }

    /// <summary>Its end, once that has begun.</summary>
    public CancellationTokenSource? Ending { get; set; }

    public string ServiceOf(int port) =>
        Ports.FirstOrDefault(listening => listening.Number == port && !listening.IsUdp && listening.Services.Count > 0)?.Services[0]
        ?? Ports.SelectMany(listening => listening.Services).Min(StringComparer.Ordinal)
        ?? "";

    /// <summary>Listens on these ports. What keeps the pod from it; null when nothing does, or still does.</summary>
    public string? Listen(IReadOnlyList<ListeningPort> ports)
    {
        Ports = ports;
        var problems = new List<string>();
        foreach (var port in ports)
        {
            try
            {
                if (port.IsUdp)
                    echo.ListenUdp(port.Number);
                else
                    echo.Listen(port.Number, port.IsTls);
            }
            catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
            {
                problems.Add(Explain(port, e));
            }
        }

        var former = Problem;
        Problem = problems.Count == 0 ? null : string.Join("; ", problems);
        return Problem == former ? null : Problem;
    }

    private string Explain(ListeningPort port, Exception e) => e switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"port {port.Number} on {echo.Address} needs privileges that this process lacks (ports below 1024 do, unless "
            + "net.ipv4.ip_unprivileged_port_start is lower)",
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"port {port.Number} on {echo.Address} is in use, probably by a process that listens on this port of all addresses",
        _ => $"port {port.Number} on {echo.Address} cannot be bound: {e.Message}",
    };
}
