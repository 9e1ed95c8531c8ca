using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Cache;

/// <summary>What has to be translated again.</summary>
internal sealed class DirtyUnits
{
    public HashSet<string> Hosts { get; } = [];

    public HashSet<BackendKey> Backends { get; } = [];

    /// <summary>TLS Secrets.</summary>
    public HashSet<ObjectKey> Certificates { get; } = [];

    /// <summary>Ingresses that were set or removed, or are selected otherwise.</summary>
    public HashSet<ObjectKey> Ingresses { get; } = [];

    /// <summary>Ingresses whose Services or Secrets changed in a way that their problems tell.</summary>
    public HashSet<ObjectKey> References { get; } = [];

    /// <summary>Ingresses that name an object which changed: their policies may be others now.</summary>
    public HashSet<ObjectKey> Resolutions { get; } = [];

    /// <summary>TCP and UDP ports.</summary>
    public HashSet<StreamKey> Streams { get; } = [];

    /// <summary>Those of them that could not be listened on, and are to be tried again.</summary>
    public HashSet<StreamKey> ClosedStreams { get; } = [];

    /// <summary>A ConfigMap of TCP or UDP ports.</summary>
    public bool StreamPorts { get; set; }

    public bool DefaultBackend { get; set; }

    /// <summary>The global ConfigMap.</summary>
    public bool GlobalSettings { get; set; }

    public bool Any => DefaultBackend || GlobalSettings || Hosts.Count > 0 || Backends.Count > 0 || Certificates.Count > 0
        || Ingresses.Count > 0 || References.Count > 0 || Resolutions.Count > 0
        || StreamPorts || Streams.Count > 0 || ClosedStreams.Count > 0;

    /// <summary>Everything was translated.</summary>
    public void Clear()
    {
        DefaultBackend = false;
        GlobalSettings = false;
        StreamPorts = false;
        Empty(Streams);
        Empty(ClosedStreams);
        Empty(Hosts);
        Empty(Backends);
        Empty(Certificates);
        Empty(Ingresses);
        Empty(References);
        Empty(Resolutions);
    }

    // The first state marks everything: a set that stayed that large would also be slow to clear after every change.
    private static void Empty<T>(HashSet<T> set)
    {
        var wasLarge = set.Count > 1_000;
        set.Clear();
        if (wasLarge)
            set.TrimExcess();
    }
}
