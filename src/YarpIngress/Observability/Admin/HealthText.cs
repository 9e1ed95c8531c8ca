using System.Text;

namespace YarpIngress.Observability.Admin;

/// <summary>Health answers in the shape that the API server's own health endpoints have.</summary>
internal static class HealthText
{
    /// <summary>One line for each part, then the verdict; <c>ok</c> alone when all is well and nobody asked for more.</summary>
    public static string Write(string check, IReadOnlyList<PartHealth> parts, bool verbose)
    {
        var ok = parts.All(part => part.Ok);
        if (ok && !verbose)
            return "ok\n";
        var text = new StringBuilder();
        foreach (var part in parts)
            text.Append(part.Ok ? "[+]" : "[-]").Append(part.Name).Append(": ").Append(part.Detail.ReplaceLineEndings(" ")).Append('\n');
        return text.Append(check).Append(ok ? " check passed\n" : " check failed\n").ToString();
    }
}
