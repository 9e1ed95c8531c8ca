using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Layer4.Streams;
using YarpIngress.Observability;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller.Updates;

/// <summary>
/// Hands translated units to the data plane: what routes need comes before them, what they no longer need goes after
/// them. A unit that fails is one problem; the rest goes live.
/// </summary>
internal sealed partial class ModelPublisher(DataPlane dataPlane, ControllerMetrics metrics, ILogger<ModelPublisher> log)
{
    private readonly HashSet<ObjectKey> _certificates = [];

    /// <summary>Serves TCP and UDP ports; null where there are none.</summary>
    public StreamServer? Streams { get; init; }

    /// <summary>Told of the global settings, before anything else of a change; returns at once.</summary>
    public event Action<GlobalSettings>? OnGlobalSettings;

    /// <summary>Publishes <paramref name="change"/>, and files what the proxy refuses in <paramref name="problems"/>.</summary>
    /// <returns>Whether nothing failed unexpectedly.</returns>
    public bool Publish(ModelChange change, ProblemBook problems)
    {
        var ok = true;
        if (change.GlobalSettings is { } settings)
            ok &= Try("proxy settings", "", problems, () =>
            {
                OnGlobalSettings?.Invoke(settings);
                return [];
            });
        foreach (var backend in change.BackendsSet)
            ok &= Try("proxy backend", backend.Key.ToString(), problems, () => dataPlane.SetBackend(backend));
        foreach (var certificate in change.CertificatesSet)
            ok &= Try("proxy certificate", certificate.Secret.ToString(), problems, () => dataPlane.SetCertificate(certificate));
        if (change.DefaultBackendChanged)
            ok &= Try(
                "proxy default backend", "", problems, () => dataPlane.SetDefaultBackend(change.DefaultBackend, change.DefaultPolicies));
        foreach (var host in change.HostsSet)
            ok &= Try("proxy host", host.Host, problems, () => dataPlane.SetHost(host));
        foreach (var host in change.HostsRemoved)
            ok &= Try("proxy host", host, problems, () => dataPlane.RemoveHost(host));
        foreach (var secret in change.CertificatesRemoved)
            ok &= Try("proxy certificate", secret.ToString(), problems, () => dataPlane.RemoveCertificate(secret));
        foreach (var key in change.BackendsRemoved)
            ok &= Try("proxy backend", key.ToString(), problems, () => dataPlane.RemoveBackend(key));
        if (Streams is { } streams)
        {
            foreach (var stream in change.StreamsSet)
                ok &= Try("proxy stream", stream.Port.Key.ToString(), problems, () => streams.Set(stream));
            foreach (var key in change.StreamsRemoved)
                ok &= Try("proxy stream", key.ToString(), problems, () => streams.Remove(key));
        }
        Count(change);
        return ok;
    }

    private bool Try(string unit, string name, ProblemBook problems, Func<IReadOnlyList<Problem>> publish)
    {
        try
        {
            problems.Replace(new ProblemSource(unit, name), publish().ToEquatableArray());
            return true;
        }
        catch (Exception error)
        {
            Log.Failed(log, error, unit, name);
            metrics.ApplyFailures.Inc();
            return false;
        }
    }

    private void Count(ModelChange change)
    {
        _certificates.UnionWith(change.CertificatesSet.Select(certificate => certificate.Secret));
        _certificates.ExceptWith(change.CertificatesRemoved);
        metrics.Certificates.Set(_certificates.Count);
        metrics.Hosts.Set(dataPlane.Routes.Count);
        if (!change.IsEmpty)
            metrics.Applied.Inc();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error,
            "Publishing the {Unit} {Name} failed unexpectedly; it stays as it was, everything else goes live", EventName = "PublishFailed")]
        public static partial void Failed(ILogger log, Exception error, string unit, string name);
    }
}
