using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YarpIngress.Observability.Logging;
using YarpIngress.Options;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Observability;

/// <summary><c>--v</c> and <c>error-log-level</c>: what is logged, from one moment to the next.</summary>
public sealed class LogThresholdTests
{
    [Theory]
    [InlineData(0, null, LogLevel.Information, LogLevel.Warning)]
    [InlineData(2, null, LogLevel.Debug, LogLevel.Warning)]
    [InlineData(5, null, LogLevel.Trace, LogLevel.Warning)]
    [InlineData(0, LogSeverity.Debug, LogLevel.Debug, LogLevel.Warning)]
    [InlineData(5, LogSeverity.Information, LogLevel.Information, LogLevel.Warning)]
    [InlineData(8, LogSeverity.Warning, LogLevel.Warning, LogLevel.Warning)]
    [InlineData(0, LogSeverity.Error, LogLevel.Error, LogLevel.Error)]
    [InlineData(0, LogSeverity.Critical, LogLevel.Critical, LogLevel.Critical)]
    public void Levels_follow_the_settings_live(int verbosity, LogSeverity? severity, LogLevel own, LogLevel others)
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new Sink()).AddLogLevels(new ControllerOptions { Verbosity = verbosity }))
            .BuildServiceProvider();
        var factory = services.GetRequiredService<ILoggerFactory>();
        var ours = factory.CreateLogger("YarpIngress.Controller.Loop");
        var theirs = factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel");
        var before = (Least(ours), Least(theirs));

        services.GetRequiredService<LogThreshold>().Apply(new ProcessSettings { LeastLogged = severity });
        Assert.Equal((own, others), (Least(ours), Least(theirs)));
        services.GetRequiredService<LogThreshold>().Apply(new ProcessSettings());
        Assert.Equal(before, (Least(ours), Least(theirs)));
    }

    private static LogLevel Least(ILogger logger) => Enum.GetValues<LogLevel>().First(logger.IsEnabled);

    private sealed class Sink : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
