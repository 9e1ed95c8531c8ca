using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace YarpIngress.Tests;

/// <summary>Ports for tests that have to name one before anybody listens on it.</summary>
internal static class FreePorts
{
    // Between the look at a port and the listening there is time for another test to be given the same one; and one that a test has
    // seen closed must not become another's.
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>
    /// A port that nobody has, neither for TCP nor for UDP, and that no other test gets. Below those that the system picks, so that
    /// it stays free.
    /// </summary>
    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(16_000, 32_000);
            if (IsFree(port) && Given.TryAdd(port, true))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            // Another program has it.
            return false;
        }
    }
}
