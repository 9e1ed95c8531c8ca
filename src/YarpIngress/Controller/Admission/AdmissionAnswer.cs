using System.Text;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Admission;

/// <summary>A review's outcome as the API server is told: kubectl shows both texts as they are.</summary>
internal static class AdmissionAnswer
{
    private const int ShownRefusals = 10;

    // The API server cuts warnings at 256 characters once all of them are longer than 4096.
    private const int ShownWarnings = 15;

    /// <summary>Lets the write go on, with <paramref name="warnings"/>.</summary>
    public static V1AdmissionResponse Allow(string uid, params IReadOnlyList<string> warnings) =>
        new() { Uid = uid, Allowed = true, Warnings = warnings.Count == 0 ? null : [.. warnings] };

    public static V1AdmissionResponse Of(string uid, V1Ingress ingress, ReviewOutcome outcome)
    {
        var answer = Allow(uid, [.. Texts(outcome.Warnings, ShownWarnings)]);
        if (outcome.Refusals.Count == 0)
            return answer;
        answer.Allowed = false;
        answer.Status = Refusal(
            string.Join('\n', Texts(outcome.Refusals, ShownRefusals)),
            ingress.Metadata.Name,
            outcome.Refusals.Take(ShownRefusals));
        return answer;
    }

    /// <summary>Refuses an object that can't be read.</summary>
    public static V1AdmissionResponse Unreadable(string uid, string? name, string why) =>
        new() { Uid = uid, Status = Refusal($"the Ingress can't be read: {why}", name, []) };

    private static V1Status Refusal(string message, string? name, IEnumerable<Problem> causes) => new()
    {
        Status = "Failure",
        Reason = "BadRequest",
        Code = StatusCodes.Status400BadRequest,
        Message = message,
        Details = new V1StatusDetails
        {
            Name = name,
            Group = V1Ingress.Resource.Group,
            Kind = V1Ingress.Resource.Plural,
            Causes =
            [
                .. causes.Select(problem => new V1StatusCause
                {
                    Reason = problem.Reason,
                    Field = problem.Field,
                    Message = problem.Message,
                }),
            ],
        },
    };

    private static IEnumerable<string> Texts(IReadOnlyList<Problem> problems, int shown)
    {
        foreach (var problem in problems.Take(shown))
            yield return Line(problem.Field.Length == 0 ? problem.Message : $"{problem.Field}: {problem.Message}");
        if (problems.Count > shown)
            yield return $"and {problems.Count - shown} more";
    }

    /// <summary>What stands in a header must hold no control character, or the API server drops it.</summary>
    private static string Line(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
            line.Append(char.IsControl(c) ? ' ' : c);
        return line.ToString();
    }
}
