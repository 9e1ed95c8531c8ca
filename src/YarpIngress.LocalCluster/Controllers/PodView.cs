using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>What controllers read from a version of a pod.</summary>
internal sealed record PodView
{
    public required StoredObject Source { get; init; }

    public ObjectKey Key => Source.ObjectKey;

    public string Uid => Source.Uid;

    public IReadOnlyDictionary<string, string> Labels => Source.Labels;

    /// <summary>Set while it waits for its grace period or for finalizers.</summary>
    public bool IsDeleting => Source.IsDeleting;

    public DateTimeOffset Created { get; private init; }

    public string? ControllerUid { get; private init; }

    public string? ControllerKind { get; private init; }

    public string? ControllerName { get; private init; }

    public string? NodeName { get; private init; }

    public string? Hostname { get; private init; }

    public string? Subdomain { get; private init; }

    public string Phase { get; private init; } = "Pending";

    public string? PodIP { get; private init; }

    public bool IsReady { get; private init; }

    public DateTimeOffset? ReadySince { get; private init; }

    /// <summary>For the choice of pods to delete.</summary>
    public int DeletionCost { get; private init; }

    public IReadOnlyList<PodPort> Ports { get; private init; } = [];

    public bool IsOver => Phase is "Succeeded" or "Failed";

    /// <summary>Whether it counts as a replica.</summary>
    public bool IsActive => !IsOver && !IsDeleting;

    public bool IsAvailable(TimeSpan minReady, DateTimeOffset now) =>
        IsReady && (minReady == TimeSpan.Zero || (ReadySince is { } since && since + minReady <= now));

    public static PodView Of(StoredObject source)
    {
        JsonObject pod = source.ToJson();
        var controller = OwnerReference.ControllerOf(pod);
        var status = pod.ObjectAt("status");
        var ready = Conditions.Find(status, "Ready");
        return new PodView
        {
            Source = source,
            Created = pod.TimeAt("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue,
            ControllerUid = controller.TextAt("uid"),
            ControllerKind = controller.TextAt("kind"),
            ControllerName = controller.TextAt("name"),
            NodeName = pod.TextAt("spec", "nodeName") is { Length: > 0 } node ? node : null,
            Hostname = pod.TextAt("spec", "hostname"),
            Subdomain = pod.TextAt("spec", "subdomain"),
            Phase = status.TextAt("phase") ?? "Pending",
            PodIP = status.TextAt("podIP") is { Length: > 0 } ip ? ip : null,
            IsReady = ready.TextAt("status") == "True",
            ReadySince = ready.TimeAt("lastTransitionTime"),
            DeletionCost = int.TryParse(pod.TextAt("metadata", "annotations", "controller.kubernetes.io/pod-deletion-cost"), out var cost)
                ? cost
                : 0,
            Ports = [.. pod.ItemsAt("spec", "containers").SelectMany(PodPort.Of)],
        };
    }
}

/// <summary>A port that a container declares.</summary>
internal sealed record PodPort(string Name, int Number, string Protocol)
{
    public static IEnumerable<PodPort> Of(JsonObject container) => container.ItemsAt("ports").Select(
        port => new PodPort(port.TextAt("name") ?? "", port.NumberAt("containerPort") ?? 0, port.TextAt("protocol") ?? "TCP"));
}
