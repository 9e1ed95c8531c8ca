using YarpIngress.Controller;
using YarpIngress.Observability.Dashboard.Api;
using YarpIngress.Observability.Dashboard.Traffic;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Proxy;

namespace YarpIngress.Observability.Dashboard;

/// <summary>What the dashboard reads. All of it may be read from any thread while the controller writes.</summary>
/// <param name="Routing">Live routes and, through them, backends with their endpoints.</param>
/// <param name="Pools">Connections to pods over plain HTTP/1.1.</param>
/// <param name="Objects">Problems and certificates.</param>
/// <param name="Traffic">Requests of the last minutes.</param>
/// <param name="State">How the controller itself does.</param>
/// <param name="Time">The clock.</param>
internal sealed record DashboardSource(
    DataPlane Routing, ConnectionPools Pools, LiveObjects Objects, TrafficHistory Traffic, Func<ControllerState> State, TimeProvider Time);
