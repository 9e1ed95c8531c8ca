using System.Globalization;
using System.Text;
using YarpIngress.Observability.Failures;

namespace YarpIngress.Commands.Explain;

/// <summary>Prints a <see cref="Failure"/> for people, and how the same request would be served now.</summary>
internal static class FailureText
{
    /// <summary>Several lines.</summary>
    public static string Write(Failure failure, Explanation? now)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"Request {failure.RequestId} at {failure.Time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}: {failure.Method} "
            + $"{failure.Scheme}://{failure.Host}{failure.Path}\n\n");
        Line(text, "Status", string.Create(CultureInfo.InvariantCulture, $"{failure.Status} from the {failure.By}, after "
            + $"{failure.Seconds:0.000} s"));
        Line(text, "Reason", failure.Reason);
        Line(text, "Ingress", failure.Ingress);
        Line(text, "Service", failure.Service);
        Line(text, "Endpoint", failure.Endpoint);
        if (now is not null)
            text.Append("\nThe same request now:\n\n").Append(ExplanationText.Write(now));
        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string? value)
    {
        if (value is not null)
            text.Append(name.PadRight(10)).Append(value).Append('\n');
    }
}
