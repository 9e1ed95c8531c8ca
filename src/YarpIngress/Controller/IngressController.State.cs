using System.Runtime.InteropServices;
using YarpIngress.Controller.Following;
using YarpIngress.Observability.Admin;
using YarpIngress.Observability.Dashboard.Api;

namespace YarpIngress.Controller;

/// <content>What the dashboard shows of the controller itself.</content>
internal sealed partial class IngressController
{
    private ControllerState State() => new()
    {
        Release = ProductVersion.Release,
        Commit = ProductVersion.Commit,
        Runtime = RuntimeInformation.FrameworkDescription,
        Replica = _options.PodName ?? Environment.MachineName,
        Started = _startedAt,
        IngressClass = _options.IngressClass,
        ControllerClass = _options.ControllerClass,
        HttpPort = HttpPort,
        HttpsPort = HttpsPort,
        IsReady = IsReady,
        Leader = new LeaderState(_elector is not null, Leads, _elector?.Leader ?? "", _options.ElectionId),
        Changes = Changes(),
        Process = new ProcessState(
            Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), Environment.CpuUsage.TotalTime.TotalSeconds,
            ThreadPool.ThreadCount),
        Streams = StreamState.Of(_streams),
        Informers = [.. _feed.Kinds.Select(Informer)],
        Parts = [.. Health().Select(part => Part("healthz", part)), .. Readiness().Select(part => Part("readyz", part))],
    };

    private ChangeState Changes()
    {
        var delay = _metrics.LiveDelay;
        var lastLive = _metrics.ConfigSuccessTime.Value;
        return new ChangeState(
            _loop.Queued, _metrics.Applied.Value, _metrics.ApplyFailures.Value, _metrics.ConfigSuccessful.Value > 0,
            lastLive > 0 ? lastLive * 1000 : null, delay.Observed, delay.Quantile(0.5), delay.Quantile(0.99));
    }

    private static InformerState Informer(FollowedKind kind)
    {
        var health = kind.Health;
        return new InformerState(
            kind.Name, health.IsConnected, health.Since, health.Items, health.Malformed, health.Lists, health.Watches,
            health.Failures, kind.IsGivenUp ? FollowedKind.GivenUp : health.Error ?? "");
    }

    private static PartState Part(string check, PartHealth part) => new(check, part.Name, part.Ok, part.Detail);
}
