using YarpIngress.Options;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Controller;

/// <summary>An API server whose answers a test writes.</summary>
internal static class ScriptedApi
{
    /// <summary>A controller that follows it, and writes nothing.</summary>
    public static ControllerOptions Options(Origin server) => OwnPorts.Options with
    {
        ApiServerHost = $"http://127.0.0.1:{server.EndPoint.Port}",
        DisableLeaderElection = true,
        UpdateStatus = false,
    };
}
