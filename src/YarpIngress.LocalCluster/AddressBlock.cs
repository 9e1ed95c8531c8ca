using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster;

/// <summary>The loopback addresses of one local cluster: a /16 of 127/8 that no other local cluster on this machine uses.</summary>
/// <remarks>
/// All of 127/8 is local on Linux, so every pod and every Service gets an address of its own without privileges. A block
/// <c>127.B.0.0/16</c> is claimed by listening on <c>127.B.0.1:10250</c> for as long as the block lives: the kernel arbitrates
/// between processes, and a process that dies frees its block. The block is divided as follows.
/// <list type="table">
/// <item><term>127.B.0.1</term><description>the node</description></item>
/// <item><term>127.B.0.0/18</term><description>pods (16,381)</description></item>
/// <item><term>127.B.64.0/18</term><description>load balancers</description></item>
/// <item><term>127.B.128.0/17</term><description>Services (32,766)</description></item>
/// </list>
/// </remarks>
internal sealed class AddressBlock : IDisposable
{
    /// <summary>The port that guards a block: the kubelet's, which no pod takes.</summary>
    public const int GuardPort = 10250;

    private const byte First = 1;
    private const byte Last = 254;
    private readonly Socket _guard;

    private AddressBlock(byte number, Socket guard)
    {
        _guard = guard;
        Node = new IPAddress([127, number, 0, 1]);
        Pods = new IPNetwork(new IPAddress([127, number, 0, 0]), 18);
        LoadBalancers = new IPNetwork(new IPAddress([127, number, 64, 0]), 18);
        Services = new IPNetwork(new IPAddress([127, number, 128, 0]), 17);
    }

    /// <summary>The one node's address.</summary>
    public IPAddress Node { get; }

    /// <summary>Addresses of pods; also the node's <c>spec.podCIDR</c>.</summary>
    public IPNetwork Pods { get; }

    /// <summary>Addresses of Services of type LoadBalancer.</summary>
    public IPNetwork LoadBalancers { get; }

    /// <summary>Addresses of Services.</summary>
    public IPNetwork Services { get; }

    /// <summary>Claims the first free block.</summary>
    /// <exception cref="InvalidOperationException">All 254 blocks are taken, or loopback addresses other than 127.0.0.1 do not exist
    /// here.</exception>
    public static AddressBlock Claim()
    {
        SocketException? refusal = null;
        for (var number = First; number <= Last; number++)
        {
            var guard = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                guard.Bind(new IPEndPoint(new IPAddress([127, number, 0, 1]), GuardPort));
                guard.Listen(1);
                return new AddressBlock(number, guard);
            }
            catch (SocketException e)
            {
                guard.Dispose();
                refusal = e;
            }
        }

        throw new InvalidOperationException(
            $"No free block of loopback addresses: none of 127.{First}.0.1 to 127.{Last}.0.1 lets port {GuardPort} be bound "
            + $"({refusal?.Message}). " +
            "A local cluster needs Linux, where all of 127/8 is local, and at most 254 of them run at a time.");
    }

    /// <summary>Gives the block back.</summary>
    public void Dispose() => _guard.Dispose();
}
