using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Layer4;

/// <summary>How long and how often a connection to one of several pods is tried.</summary>
/// <param name="Patience">How long one attempt may take.</param>
/// <param name="Tries">How many pods are tried at most.</param>
/// <param name="Within">How long after the first attempt another may begin; zero for no limit.</param>
internal readonly record struct DialLimits(TimeSpan Patience, int Tries, TimeSpan Within)
{
    /// <summary>As the <c>proxy-stream-*</c> keys say.</summary>
    /// <param name="settings">The keys.</param>
    /// <param name="patience">For nginx's minute most clients do not wait; null takes what requests have.</param>
    public static DialLimits Of(StreamSettings settings, TimeSpan? patience = null) => new(
        patience ?? BackendPolicy.DefaultConnectTimeout,
        settings switch { { NextUpstream: false } => 1, { NextUpstreamTries: 0 } => int.MaxValue, _ => settings.NextUpstreamTries },
        settings.NextUpstreamTimeout);
}
