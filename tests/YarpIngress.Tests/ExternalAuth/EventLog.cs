using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary>Keeps the lines of a log by the names of their events.</summary>
internal sealed class EventLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(string? Event, string Text)> _lines = new();

    /// <summary>The lines of an event so far.</summary>
    public IReadOnlyList<string> Of(string name) => [.. _lines.Where(line => line.Event == name).Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => new Log(_lines);

    public void Dispose()
    {
    }

    private sealed class Log(ConcurrentQueue<(string? Event, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel level, EventId id, TState state, Exception? error, Func<TState, Exception?, string> format) =>
            lines.Enqueue((id.Name, format(state, error)));
    }
}
