using YarpIngress.Observability;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Problems;

/// <summary>Every problem as a log line when it appears and when it is gone, and as a count in the metrics.</summary>
internal sealed partial class ProblemLog(ControllerMetrics metrics, ILogger<ProblemLog> log)
{
    private readonly Dictionary<(string Kind, string Reason, ProblemSeverity Severity), int> _counts = [];

    /// <summary>The problems of one object changed.</summary>
    public void Write(ProblemChange change)
    {
        foreach (var problem in change.Added)
        {
            Count(problem, +1);
            var level = problem.Severity == ProblemSeverity.Error ? LogLevel.Error : LogLevel.Warning;
            Log.Appeared(log, level, problem.Object, problem.Reason, problem.Field, problem.Message);
        }
        foreach (var problem in change.Removed)
        {
            Count(problem, -1);
            Log.Gone(log, problem.Object, problem.Reason, problem.Field);
        }
    }

    private void Count(Problem problem, int by)
    {
        var key = (problem.Object.Kind, problem.Reason, problem.Severity);
        var count = _counts[key] = _counts.GetValueOrDefault(key) + by;
        metrics.Problems.WithLabels(key.Kind, key.Reason, key.Severity.ToString().ToLowerInvariant()).Set(count);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "{Object}: {Reason} at {Field}: {Problem}", EventName = "Problem")]
        public static partial void Appeared(
            ILogger log, LogLevel level, ProblemObject @object, string reason, string field, string problem);

        [LoggerMessage(2, LogLevel.Information, "{Object}: {Reason} at {Field} is gone", EventName = "ProblemGone")]
        public static partial void Gone(ILogger log, ProblemObject @object, string reason, string field);
    }
}
