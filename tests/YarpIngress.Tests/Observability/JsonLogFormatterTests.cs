using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Observability.Logging;

namespace YarpIngress.Tests.Observability;

public class JsonLogFormatterTests
{
    [Fact]
    public void One_object_a_line_with_the_fields_of_the_message()
    {
        var line = Format("Route {Host} has {Count} \"paths\" {Message}", new InvalidOperationException("bad\nthing"), "a.example", 3, "m");
        Assert.EndsWith("\n", line);
        Assert.Single(line.TrimEnd('\n').Split('\n'));
        var json = JsonNode.Parse(line)!.AsObject();
        Assert.Equal("warning", (string?)json["level"]);
        Assert.Equal("YarpIngress.Test", (string?)json["category"]);
        Assert.Equal("Named", (string?)json["event"]);
        Assert.Equal("Route a.example has 3 \"paths\" m", (string?)json["message"]);
        Assert.Equal("a.example", (string?)json["host"]);
        Assert.Equal(3, (int)json["count"]!);
        Assert.Equal("m", (string?)json["message_"]);
        Assert.Contains("bad\nthing", (string?)json["exception"]);
        Assert.Equal(DateTimeKind.Utc, json["time"]!.GetValue<DateTime>().Kind);
    }

    private static string Format(string message, Exception? error, params object?[] args)
    {
        var captured = new StringWriter();
        new Sink(captured).Log(LogLevel.Warning, new EventId(1, "Named"), error, message, args);
        return captured.ToString();
    }

    private sealed class Sink(TextWriter output) : ILogger
    {
        private readonly JsonLogFormatter _formatter = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _formatter.Write(new LogEntry<TState>(logLevel, "YarpIngress.Test", eventId, state, exception, formatter), null, output);
    }
}
