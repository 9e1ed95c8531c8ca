using System.Globalization;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>How a pod spends its grace period: it serves for a while as if nothing had happened, then finishes what it has begun.</summary>
/// <param name="Serving">How long it takes new connections.</param>
/// <param name="Finishing">How long it may take after that to finish what it has begun.</param>
internal readonly record struct GracePeriod(TimeSpan Serving, TimeSpan Finishing)
{
    private const int Default = 30;

    /// <summary>What a server that ends when told to serves on for, so that gateways can learn that it goes.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A <c>preStop</c> sleep is served in full; so is a grace period that somebody chose. With the default of 30 s the pod behaves like a
    /// server that ends when told to, and goes after two.
    /// </summary>
    public static GracePeriod Of(JsonObject pod)
    {
        var seconds = pod.NumberAt("metadata", "deletionGracePeriodSeconds") ?? Default;
        var grace = TimeSpan.FromSeconds(Math.Max(0, seconds));
        var wish = PreStop(pod) ?? (seconds == Default ? Goodbye : grace);
        var serving = wish < grace ? wish : grace;
        return new GracePeriod(serving, grace - serving);
    }

    private static TimeSpan? PreStop(JsonObject pod)
    {
        TimeSpan? longest = null;
        foreach (var container in pod.ItemsAt("spec", "containers"))
        {
            var hook = container.ObjectAt("lifecycle", "preStop");
            var seconds = hook.NumberAt("sleep", "seconds") ?? SleepCommand(hook);
            if (seconds is { } value && (longest is null || value > longest.Value.TotalSeconds))
                longest = TimeSpan.FromSeconds(value);
        }

        return longest;
    }

    /// <summary>The number in <c>sleep 5</c>, also inside <c>sh -c</c>: the only command that an echo pod understands.</summary>
    private static int? SleepCommand(JsonObject? hook)
    {
        if (hook.At("exec", "command") is not JsonArray command)
            return null;
        var words = string.Join(' ', command.Select(word => word?.ToString())).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var sleep = Array.FindIndex(words, word => word is "sleep" or "/bin/sleep");
        return sleep >= 0 && sleep + 1 < words.Length
            && int.TryParse(words[sleep + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : null;
    }
}
