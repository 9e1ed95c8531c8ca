using System.Globalization;
using System.Text;

namespace YarpIngress.Commands.Explain;

/// <summary>Prints an <see cref="Explanation"/> for people.</summary>
internal static class ExplanationText
{
    private const int MostEndpoints = 10;

    /// <summary>Several lines.</summary>
    public static string Write(Explanation explanation)
    {
        var text = new StringBuilder();
        var request = explanation.Request;
        text.Append(CultureInfo.InvariantCulture, $"{request.Method} {request.Scheme}://{request.Host}{request.Target}\n\n");
        Line(text, "Answer", explanation.Answer.Summary);
        Line(text, "Host", explanation.Host.Why);
        if (request.Path != request.Target.Split('?')[0])
            Line(text, "Path", $"matched as {request.Path}");
        if (explanation.Rule is { } rule)
        {
            Line(text, "Rule", Rule(rule));
            if (rule.Selection.Length > 0)
                Line(text, "Ours", $"because {rule.Selection}");
        }
        if (explanation.Backend is { } backend)
            Backend(text, backend);
        Line(text, "TLS", explanation.Certificate.Summary);
        Policies(text, explanation.Policies);
        NotUsed(text, explanation);
        Problems(text, explanation.Problems);
        return text.ToString();
    }

    /// <summary>A line with a name in front.</summary>
    internal static void Line(StringBuilder text, string name, string value) => text.Append(name.PadRight(10)).Append(value).Append('\n');

    private static string Rule(ExplainedRule rule) => rule.Kind switch
    {
        RuleKind.Path => $"Ingress {rule.Ingress} {rule.Field}: {rule.Match} {rule.Path}",
        RuleKind.IngressDefault => $"Ingress {rule.Ingress} {rule.Field}, since none of the host's paths matches",
        _ => $"{rule.Field}, since nothing else matches",
    };

    /// <summary>The Service port with its endpoints.</summary>
    internal static void Backend(StringBuilder text, ExplainedBackend backend)
    {
        if (backend.Service.Length == 0)
        {
            Line(text, "Backend", "none that can be served; see the problems");
            return;
        }
        Line(text, "Backend", $"Service {backend.Service} port {backend.Port}");
        var others = backend.Unready > 0 ? $" ({backend.Unready} not ready)" : "";
        if (backend.Ready > 0)
        {
            var more = backend.Ready > MostEndpoints ? $" and {backend.Ready - MostEndpoints} more" : "";
            var addresses = backend.Endpoints.Where(one => one.TakesTraffic).Take(MostEndpoints).Select(Named);
            Line(text, "Endpoints", $"{backend.Ready}{others}, {backend.Protocol}: {string.Join(", ", addresses)}{more}");
        }
        else
        {
            Line(text, "Endpoints", $"none{others}{(backend.Why.Count > 0 ? ": " + string.Join("; ", backend.Why) : "")}");
        }
        foreach (var endpoint in backend.Endpoints.Where(one => !one.TakesTraffic).Take(MostEndpoints))
            Line(text, "", $"{Named(endpoint)} takes no traffic: {endpoint.State}");
    }

    private static string Named(ExplainedEndpoint endpoint) =>
        endpoint.Pod is { } pod ? $"{endpoint.Address} (pod {pod})" : endpoint.Address;

    /// <summary>What applies; nothing when nothing does.</summary>
    internal static void Policies(StringBuilder text, IReadOnlyList<ExplainedPolicy> policies)
    {
        if (policies.Count == 0)
            return;
        text.Append("\nPolicies:\n");
        foreach (var policy in policies)
            text.Append(CultureInfo.InvariantCulture, $"  {policy.Name}={policy.Value} ({policy.From}): {policy.Effect}\n");
    }

    private static void NotUsed(StringBuilder text, Explanation explanation)
    {
        if (explanation.NotUsed.Count == 0)
            return;
        text.Append("\nNot used:\n");
        foreach (var loser in explanation.NotUsed)
        {
            text.Append("  Ingress ").Append(loser.Ingress);
            if (loser.Field.Length > 0)
                text.Append(' ').Append(loser.Field).Append(" (").Append(loser.Rule).Append(')');
            text.Append(": ").Append(loser.Reason).Append('\n');
        }
        if (explanation.MoreNotUsed > 0)
            text.Append(CultureInfo.InvariantCulture, $"  and {explanation.MoreNotUsed} more that do not match\n");
    }

    /// <summary>What is wrong; nothing when nothing is.</summary>
    internal static void Problems(StringBuilder text, IReadOnlyList<ExplainedProblem> problems)
    {
        if (problems.Count == 0)
            return;
        text.Append("\nProblems:\n");
        foreach (var problem in problems)
        {
            var field = problem.Field.Length > 0 ? $" at {problem.Field}" : "";
            text.Append(
                CultureInfo.InvariantCulture, $"  {problem.Severity}: {problem.Object}: {problem.Reason}{field}: {problem.Message}\n");
        }
    }
}
