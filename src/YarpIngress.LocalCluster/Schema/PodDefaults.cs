using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>Defaults of pods and of pod templates that depend on other fields.</summary>
internal static class PodDefaults
{
    /// <summary>What only pods get, their templates do not.</summary>
    public static void Pod(JsonObject pod)
    {
        if (pod.Object("spec") is not { } spec)
        {
            return;
        }

        spec["enableServiceLinks"] ??= true;
        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
        {
            if (container.Object("resources") is not { } resources)
            {
                continue;
            }

            foreach (var (name, limit) in resources.Object("limits") ?? [])
            {
                var requests = resources.Ensure("requests");
                requests[name] ??= limit!.DeepClone();
            }
        }
    }

    public static void PodSpec(JsonObject spec)
    {
        if (spec.String("serviceAccountName") is { } account)
        {
            spec["serviceAccount"] = account;
        }
        else if (spec.String("serviceAccount") is { } alias)
        {
            spec["serviceAccountName"] = alias;
        }

        if (!spec.IsTrue("hostNetwork"))
        {
            return;
        }

        foreach (var port in spec.Objects("containers").Concat(spec.Objects("initContainers")).SelectMany(c => c.Objects("ports")))
        {
            if (port["hostPort"] is null && port["containerPort"] is { } number)
            {
                port["hostPort"] = number.DeepClone();
            }
        }
    }

    public static void Container(JsonObject container) =>
        container["imagePullPolicy"] ??= Tag(container.String("image") ?? "") == "latest" ? "Always" : "IfNotPresent";

    public static void Volume(JsonObject volume)
    {
        if (volume.Count == 0 || (volume.Count == 1 && volume.ContainsKey("name")))
        {
            volume["emptyDir"] = new JsonObject();
        }
    }

    // An image without tag and digest is its latest.
    private static string Tag(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
        {
            return "";
        }

        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') ? image[(colon + 1)..] : "latest";
    }
}
