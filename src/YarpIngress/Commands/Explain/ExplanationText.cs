using System.Globalization;
using System.Text;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain;

/// <summary>Prints an <see cref="Explanation"/> for people.</summary>
internal static class ExplanationText
{
    private const int MostEndpoints = 10;

    /// <summary>Several lines.</summary>
    public static string Write(Explanation explanation, DateTime now)
    {
        var text = new StringBuilder();
        var request = explanation.Request;
        text.Append(
            CultureInfo.InvariantCulture, $"{request.Method} {(request.IsTls ? "https" : "http")}://{request.Host}{request.Target}\n\n");
        Line(text, "Answer", Answer(explanation));
        Line(text, "Host", Host(explanation));
        if (request.Path != request.Target.Split('?')[0])
            Line(text, "Path", $"matched as {request.Path}");
        if (explanation.Route is { } route)
        {
            Line(text, "Rule", Rule(route));
            if (route.Selection.Length > 0)
                Line(text, "Ours", $"because {route.Selection}");
            Backend(text, route, explanation.Backend, explanation.Unready);
        }
        Line(text, "TLS", Tls(explanation, now));
        Losers(text, explanation);
        Problems(text, explanation);
        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append(name.PadRight(10)).Append(value).Append('\n');

    private static string Answer(Explanation explanation) => explanation.GatewayStatus switch
    {
        404 => "404: nothing serves it",
        503 => "503: its backend has no endpoint that takes traffic",
        _ => "a pod's",
    };

    private static string Host(Explanation explanation)
    {
        if (explanation.Host is not { } host)
            return "no rule names it, and no rule is without a host";
        return host.Length == 0 ? "no rule names it; rules without a host serve it"
            : host == explanation.Request.Host ? "named by a rule"
            : $"covered by {host}";
    }

    private static string Rule(ExplainedRoute route) => route switch
    {
        { Route: { } path, Kind: RouteKind.Path } => $"Ingress {path.Ingress} {route.Field}: {path.Match} {path.Path}",
        { Route: { } path } => $"Ingress {path.Ingress} {route.Field}, since none of the host's paths matches",
        _ => $"{route.Field}, since nothing else matches",
    };

    private static void Backend(StringBuilder text, ExplainedRoute route, BackendTranslation? backend, int unready)
    {
        if (route.Backend.IsNone)
        {
            Line(text, "Backend", "none that can be served; see the problems");
            return;
        }
        Line(text, "Backend", $"Service {route.Backend.Namespace}/{route.Backend.Service} port {route.Backend.Port}");
        var others = unready > 0 ? $" ({unready} not ready)" : "";
        if (backend is { Backend.Endpoints: { Count: > 0 } endpoints })
        {
            var more = endpoints.Count > MostEndpoints ? $" and {endpoints.Count - MostEndpoints} more" : "";
            Line(
                text, "Endpoints",
                $"{endpoints.Count}{others}, {backend.Backend.Protocol}: {string.Join(", ", endpoints.Take(MostEndpoints))}{more}");
        }
        else
        {
            var reasons = string.Join("; ", (backend?.Notices ?? []).Select(notice => notice.Message));
            Line(text, "Endpoints", $"none{others}{(reasons.Length > 0 ? ": " + reasons : "")}");
        }
    }

    private static string Tls(Explanation explanation, DateTime now)
    {
        var use = explanation.Request.IsTls ? "" : "not used by this request; with https ";
        if (explanation.Certificate is not { Secret: { } secret, Certificate: { } certificate })
            return use + "the self-signed default certificate, which clients refuse";
        var days = (certificate.NotAfter - now).TotalDays;
        var until = $"{(days < 0 ? "EXPIRED" : "valid until")} {certificate.NotAfter:yyyy-MM-dd}";
        var names = string.Join(", ", certificate.DnsNames);
        var role = explanation.Certificate.IsDefault ? "the default certificate of " : "";
        return $"{use}{role}Secret {secret}: {names}, {certificate.KeyAlgorithm}, {until}";
    }

    private static void Losers(StringBuilder text, Explanation explanation)
    {
        if (explanation.Losers.Count == 0)
            return;
        text.Append("\nNot used:\n");
        foreach (var loser in explanation.Losers)
        {
            text.Append("  Ingress ").Append(loser.Ingress);
            if (loser.Field.Length > 0)
                text.Append(' ').Append(loser.Field).Append(" (").Append(loser.Rule).Append(')');
            text.Append(": ").Append(loser.Reason).Append('\n');
        }
        if (explanation.MoreUnmatched > 0)
            text.Append(CultureInfo.InvariantCulture, $"  and {explanation.MoreUnmatched} more that do not match\n");
    }

    private static void Problems(StringBuilder text, Explanation explanation)
    {
        if (explanation.Problems.Count == 0)
            return;
        text.Append("\nProblems:\n");
        foreach (var problem in explanation.Problems)
        {
            var field = problem.Field.Length > 0 ? $" at {problem.Field}" : "";
            text.Append(
                CultureInfo.InvariantCulture, $"  {problem.Severity}: {problem.Object}: {problem.Reason}{field}: {problem.Message}\n");
        }
    }
}
