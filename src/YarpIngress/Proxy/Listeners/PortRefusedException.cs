using System.Net.Sockets;

namespace YarpIngress.Proxy.Listeners;

/// <summary>A port can't be listened on. The message names the flag to change, and why.</summary>
/// <param name="port">The flag of the port and its value, such as <c>--http-port=80</c>.</param>
/// <param name="address">The flag of the address and its value.</param>
/// <param name="reason">What listening failed with.</param>
internal sealed class PortRefusedException(string port, string address, Exception reason)
    : IOException(Describe(port, address, reason.GetBaseException()), reason)
{
    private static string Describe(string port, string address, Exception reason) => (reason as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{port}: another process listens on this port",
        SocketError.AccessDenied => $"{port}: this process may not listen on this port; below net.ipv4.ip_unprivileged_port_start, "
            + "which is 1024 unless it was changed, that takes the capability NET_BIND_SERVICE",
        SocketError.AddressNotAvailable => $"{address}: this machine has no such address",
        _ => $"{port}: {reason.Message}",
    };
}
