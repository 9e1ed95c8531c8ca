using System.Globalization;
using System.Text;

namespace YarpIngress.Commands.Explain.Streams;

/// <summary>Prints a <see cref="StreamExplanation"/> for people.</summary>
internal static class StreamExplanationText
{
    /// <summary>Several lines.</summary>
    public static string Write(StreamExplanation explanation)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{explanation.Request.Protocol} port {explanation.Request.Port}\n\n");
        ExplanationText.Line(text, "Answer", explanation.Answer.Summary);
        if (explanation.Entry is { } entry)
            ExplanationText.Line(text, "Entry", $"ConfigMap {entry.ConfigMap} {entry.Field}");
        if (explanation.Backend is { } backend)
            ExplanationText.Backend(text, backend);
        ExplanationText.Policies(text, explanation.Policies);
        ExplanationText.Problems(text, explanation.Problems);
        return text.ToString();
    }
}
