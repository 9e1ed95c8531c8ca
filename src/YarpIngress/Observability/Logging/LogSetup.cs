using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using YarpIngress.Options;

namespace YarpIngress.Observability.Logging;

/// <summary>Wires the log to standard output as the flags ask.</summary>
internal static class LogSetup
{
    /// <summary>Levels and the console sink.</summary>
    public static void AddLog(this ILoggingBuilder logging, ControllerOptions options)
    {
        logging.AddLogLevels(options);
        // The sink's own thread writes; a reader of our output that stalls costs log lines, never requests.
        logging.AddConsole(console =>
        {
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.MaxQueueLength = 8192;
            console.FormatterName = options.LogFormat == LogFormat.Json ? JsonLogFormatter.FormatterName : ConsoleFormatterNames.Simple;
        });
        logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        logging.Services.Configure<SimpleConsoleFormatterOptions>(simple =>
        {
            simple.SingleLine = true;
            simple.UseUtcTimestamp = true;
            simple.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
    }

    /// <summary>Levels alone, for a host that brings its own sink.</summary>
    public static void AddLogLevels(this ILoggingBuilder logging, ControllerOptions options)
    {
        var threshold = new LogThreshold(options.Verbosity);
        logging.Services.AddSingleton(threshold);
        logging.Services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(threshold);
        logging.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(threshold);
    }
}
