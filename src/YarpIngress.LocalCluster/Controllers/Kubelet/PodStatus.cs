using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>The status that the kubelet writes.</summary>
internal static class PodStatus
{
    private static readonly string[] Own = ["PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready"];

    /// <summary>
    /// What of a status the kubelet writes, as one text: when it is not what
    /// the kubelet wrote last, then somebody else has taken the status over.
    /// </summary>
    public static string Fingerprint(JsonObject? status) => string.Join(
        '|',
        [status.TextAt("phase"), status.TextAt("podIP"), .. Own.Select(type => Conditions.Find(status, type).TextAt("status"))]);

    /// <summary>The status of a new pod, before anybody wrote to it.</summary>
    public static string Untouched { get; } = Fingerprint(new JsonObject { ["phase"] = "Pending" });

    /// <summary>The conditions that a pod's readiness gates name and that are not true.</summary>
    public static List<string> ClosedGates(JsonObject pod) =>
    [
        .. pod.ItemsAt("spec", "readinessGates")
            .Select(gate => gate.TextAt("conditionType") ?? "")
            .Where(gate => !Conditions.IsTrue(pod.ObjectAt("status"), gate)),
    ];

    /// <summary>Writes the status of a pod whose containers are in the given state.</summary>
    public static void Write(JsonObject pod, string nodeIP, string podIP, ContainerState state, DateTimeOffset now)
    {
        var status = pod.Ensure("status");
        var ready = state is { Problem: null, IsReady: true };
        status["phase"] = state.Problem is null ? "Running" : "Pending";
        status["hostIP"] = nodeIP;
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = nodeIP });
        status["podIP"] = podIP;
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = podIP });
        status["startTime"] ??= now.Timestamp();
        status["qosClass"] ??= "BestEffort";
        status["containerStatuses"] = new JsonArray(
            [.. pod.ItemsAt("spec", "containers").Select(container => Container(pod, container, state, now))]);
        SetCondition(status, "PodReadyToStartContainers", true, null, null, now);
        SetCondition(status, "Initialized", true, null, null, now);
        SetCondition(status, "PodScheduled", true, null, null, now);
        var names = string.Join(' ', pod.ItemsAt("spec", "containers").Select(container => container.TextAt("name")));
        var message = $"containers with unready status: [{names}]";
        SetCondition(status, "ContainersReady", ready, "ContainersNotReady", message, now);
        var gates = ClosedGates(pod);
        if (ready && gates.Count > 0)
        {
            var closed = string.Join(
                ", ", gates.Select(gate => $"corresponding condition of pod readiness gate \"{gate}\" does not exist or is not True"));
            SetCondition(status, "Ready", false, "ReadinessGatesNotReady", closed, now);
        }
        else
        {
            SetCondition(status, "Ready", ready, "ContainersNotReady", message, now);
        }
    }

    /// <summary>Writes the status of a pod that has ended but is still held by finalizers.</summary>
    public static void WriteEnded(JsonObject pod, DateTimeOffset now)
    {
        var status = pod.Ensure("status");
        status["phase"] = "Succeeded";
        SetCondition(status, "ContainersReady", false, "PodCompleted", null, now);
        SetCondition(status, "Ready", false, "PodCompleted", null, now);
        foreach (var container in status.ItemsAt("containerStatuses"))
        {
            container["ready"] = false;
            container["started"] = false;
            container["state"] = new JsonObject
            {
                ["terminated"] = new JsonObject { ["exitCode"] = 0, ["reason"] = "Completed", ["finishedAt"] = now.Timestamp() },
            };
        }
    }

    private static JsonObject Container(JsonObject pod, JsonObject container, ContainerState condition, DateTimeOffset now)
    {
        var name = container.TextAt("name") ?? "";
        var image = container.TextAt("image") ?? "";
        var before = pod.ItemsAt("status", "containerStatuses").FirstOrDefault(status => status.TextAt("name") == name);
        var state = condition.Problem is { } problem
            ? new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "PortUnavailable", ["message"] = problem } }
            : new JsonObject
            {
                ["running"] = new JsonObject { ["startedAt"] = before.TextAt("state", "running", "startedAt") ?? now.Timestamp() },
            };
        return new JsonObject
        {
            ["name"] = name,
            ["state"] = state,
            ["lastState"] = new JsonObject(),
            ["ready"] = condition is { Problem: null, IsReady: true },
            ["restartCount"] = condition.Restarts,
            ["image"] = image,
            ["imageID"] = image,
            ["containerID"] = condition.Id ?? $"local://{Hash.Of(pod.TextAt("metadata", "uid") ?? "", name):x16}",
            ["started"] = condition.Problem is null,
        };
    }

    private static void SetCondition(JsonObject status, string type, bool value, string? reason, string? message, DateTimeOffset now)
    {
        var condition = Conditions.Set(status, type, value ? "True" : "False", value ? null : reason, value ? null : message, now);
        condition["lastProbeTime"] = null;
    }
}
