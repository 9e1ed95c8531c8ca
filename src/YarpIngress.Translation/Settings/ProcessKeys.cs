using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about the process itself; see <see cref="ProcessSettings"/>.</summary>
internal static class ProcessKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("worker-shutdown-timeout", "a duration such as 90s or 10m", "as the flag --post-shutdown-grace-period says",
            "How long open requests may go on once the process is to end; the pod's terminationGracePeriodSeconds has to leave room "
            + "for it.",
            (process, text) => process with { DrainTimeout = Duration(text) }) with
        {
            Difference = "240s by default there, after each change of the configuration too; here a change ends nothing.",
        },
        Key("error-log-level", "debug, info, notice, warn, error, crit, alert or emerg", "notice: as the flag --v says",
            "From which level on the log is written; the access log is another one.",
            (process, text) => process with { LeastLogged = Level(text.Trim()) }) with
        {
            Difference = "crit, alert and emerg are one level.",
        },
    ];

    private static LogSeverity? Level(string text) => Word<LogSeverity?>(
        text, ("debug", LogSeverity.Debug), ("info", LogSeverity.Information), ("notice", null), ("warn", LogSeverity.Warning),
        ("error", LogSeverity.Error), ("crit", LogSeverity.Critical), ("alert", LogSeverity.Critical),
        ("emerg", LogSeverity.Critical));

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<ProcessSettings, string, ProcessSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Process = set(settings.Process, text) });
}
