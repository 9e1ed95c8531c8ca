using System.Globalization;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Controllers.DaemonSets;

/// <summary>The pods of a DaemonSet on one node.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="New">Of the newest template, oldest first, not on their way out.</param>
/// <param name="Old">Of older ones, not on their way out.</param>
/// <param name="IsEmpty">Whether there is no pod, not even one on its way out: those of the host's network would be in the way.</param>
/// <param name="HasAvailable">Whether one has been ready for long enough.</param>
/// <param name="NewIsAvailable">Whether one of the newest template has.</param>
internal sealed record DaemonPods(
    string Node, IReadOnlyList<PodView> New, IReadOnlyList<PodView> Old, bool IsEmpty, bool HasAvailable, bool NewIsAvailable)
{
    /// <summary>Marks which template a pod has.</summary>
    public const string HashLabel = "controller-revision-hash";

    public static DaemonPods Of(string node, IReadOnlyList<PodView> pods, string hash, TimeSpan minReady, DateTimeOffset now)
    {
        var active = pods.Where(pod => pod.IsActive).OrderBy(pod => pod.Created)
            .ThenBy(pod => pod.Key.Name, StringComparer.Ordinal).ToList();
        var newest = active.Where(pod => pod.Labels.GetValueOrDefault(HashLabel) == hash).ToList();
        return new DaemonPods(
            node, newest, [.. active.Except(newest)], pods.All(pod => pod.IsOver && !pod.IsDeleting),
            active.Any(pod => pod.IsAvailable(minReady, now)), newest.Any(pod => pod.IsAvailable(minReady, now)));
    }

    /// <summary>The old pods that may go and the nodes that may have a new pod beside an old one.</summary>
    public static (IReadOnlyList<PodView> Delete, IReadOnlyList<string> Create) Roll(JsonObject set, IReadOnlyList<DaemonPods> nodes)
    {
        var strategy = set.ObjectAt("spec", "updateStrategy");
        if (strategy.TextAt("type") == "OnDelete")
            return ([], []);
        var surge = Resolve(strategy.At("rollingUpdate", "maxSurge"), 0, nodes.Count);
        var outdated = nodes.Where(node => node.New.Count == 0 && node.Old.Count > 0).ToList();
        if (surge > 0)
        {
            var room = Math.Max(0, surge - nodes.Count(node => node is { New.Count: > 0, Old.Count: > 0 }));
            return (
                [.. nodes.Where(node => node.NewIsAvailable).SelectMany(node => node.Old)],
                [.. outdated.Where(node => !node.HasAvailable).Select(node => node.Node),
                    .. outdated.Where(node => node.HasAvailable).Take(room).Select(node => node.Node)]);
        }

        var budget = Math.Max(
            0, Resolve(strategy.At("rollingUpdate", "maxUnavailable"), 1, nodes.Count) - nodes.Count(node => !node.HasAvailable));
        return (
            [.. outdated.Where(node => !node.HasAvailable).SelectMany(node => node.Old),
                .. outdated.Where(node => node.HasAvailable).Take(budget).SelectMany(node => node.Old)],
            []);
    }

    // A percentage of the nodes, rounded up.
    private static int Resolve(JsonNode? value, int fallback, int nodes)
    {
        if (value?.ToString() is not { } text)
            return fallback;
        return text.EndsWith('%')
            ? (int.Parse(text[..^1], CultureInfo.InvariantCulture) * nodes + 99) / 100
            : int.Parse(text, CultureInfo.InvariantCulture);
    }
}
