using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>What a container is started with: its arguments and its environment, with what they refer to filled in.</summary>
/// <param name="Arguments">The arguments of the image's entry point.</param>
/// <param name="Environment">Variables; those of ConfigMaps and Secrets are left out.</param>
internal sealed partial record ContainerCommand(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The command of a container of a pod at <paramref name="podIP"/>.</summary>
    public static ContainerCommand Of(JsonObject pod, JsonObject container, string podIP, string nodeIP)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in container.ItemsAt("env"))
        {
            var value = variable.TextAt("valueFrom", "fieldRef", "fieldPath") switch
            {
                "status.podIP" => podIP,
                "status.hostIP" => nodeIP,
                { } path => pod.TextAt(path.Split('.')),
                null => variable.TextAt("value") is { } text ? Expand(text, environment) : null,
            };
            if (variable.TextAt("name") is { } name && value is not null)
                environment[name] = value;
        }

        var arguments = (container.At("args") as JsonArray ?? []).Select(argument => Expand(argument.TextAt() ?? "", environment));
        return new ContainerCommand([.. arguments], environment);
    }

    // A reference to what is not there stays as it is, as in a cluster.
    private static string Expand(string text, Dictionary<string, string> environment) =>
        Reference().Replace(text, match => environment.GetValueOrDefault(match.Groups[1].Value) ?? match.Value);

    [GeneratedRegex(@"\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")]
    private static partial Regex Reference();
}
