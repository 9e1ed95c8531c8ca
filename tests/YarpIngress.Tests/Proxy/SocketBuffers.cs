using System.Globalization;

namespace YarpIngress.Tests.Proxy;

/// <summary>What the system holds of bytes that were written and that nobody has read.</summary>
internal static class SocketBuffers
{
    // What programs on the way hold themselves, far more than they do.
    private const long OfPrograms = 16L * 1024 * 1024;

    /// <summary>
    /// The most that is on its way through a gateway whose reader has stopped: two connections, each with a buffer at either end, which
    /// grow with the speed and to another size with each version of Linux.
    /// </summary>
    public static long MostThroughGateway { get; } = (2 * (Most("tcp_rmem") + Most("tcp_wmem"))) + OfPrograms;

    private static long Most(string setting)
    {
        var file = $"/proc/sys/net/ipv4/{setting}";
        return File.Exists(file)
            ? long.Parse(File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture)
            : 8L * 1024 * 1024;
    }
}
