using System.Net;
using YarpIngress.Options;

namespace YarpIngress.Tests.Controller;

/// <summary>Options of a controller that runs beside others in this process.</summary>
internal static class OwnPorts
{
    /// <summary>Free ports of the loopback address, for traffic and for the admin.</summary>
    public static ControllerOptions Options => new()
    {
        HttpPort = 0,
        HttpsPort = 0,
        HealthzPort = 0,
        BindAddresses = [IPAddress.Loopback],
        HealthzHosts = [IPAddress.Loopback],
    };
}
