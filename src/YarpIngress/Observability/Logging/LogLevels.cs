using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.Logging;

/// <summary>Maps klog's <c>--v</c> to levels, so that an ingress-nginx argument list logs about as much as it did there.</summary>
internal static class LogLevels
{
    /// <summary>The levels of our own categories and of all others.</summary>
    /// <param name="verbosity"><c>--v</c>.</param>
    /// <param name="least">What the global settings say in place of it; the others never say more for it.</param>
    public static (LogLevel Own, LogLevel Others) Of(int verbosity, LogSeverity? least)
    {
        var others = Framework(verbosity);
        if (least is not { } severity)
            return (Own(verbosity), others);
        var own = severity switch
        {
            LogSeverity.Debug => LogLevel.Debug,
            LogSeverity.Information => LogLevel.Information,
            LogSeverity.Warning => LogLevel.Warning,
            LogSeverity.Error => LogLevel.Error,
            _ => LogLevel.Critical,
        };
        return (own, own > others ? own : others);
    }

    /// <summary>Level of our own categories: 0 and 1 information, 2 to 4 debug, 5 and more everything.</summary>
    public static LogLevel Own(int verbosity) => verbosity switch
    {
        <= 1 => LogLevel.Information,
        <= 4 => LogLevel.Debug,
        _ => LogLevel.Trace,
    };

    /// <summary>
    /// Level of ASP.NET, YARP and the rest. They log every request at information, which doubles its cost, so that
    /// takes a verbosity that nobody runs with in production.
    /// </summary>
    public static LogLevel Framework(int verbosity) => verbosity switch
    {
        <= 5 => LogLevel.Warning,
        <= 7 => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
