using System.Text;

namespace YarpIngress.Commands.Migrate;

/// <summary>The report as Markdown, for a pull request or a wiki.</summary>
internal static class MigrationMarkdown
{
    public static string Write(MigrationReport report)
    {
        var text = new StringBuilder("# Migration from ingress-nginx\n\n").Append(MigrationText.Summary(report.Summary)).Append(".\n");
        if (report.Annotations.Count > 0)
        {
            text.Append("\n## Annotations in use\n\n| annotation | Ingresses | exact | differs | refused |\n|---|---:|---:|---:|---:|\n");
            foreach (var use in report.Annotations)
                text.Append($"| {Code(use.Name)} | {use.Ingresses} | {use.Exact} | {use.Differ} | {use.Refused} |\n");
        }
        foreach (var verdict in new[] { Verdict.Refused, Verdict.Differs })
            Section(text, report, verdict);
        var exact = report.Ingresses.Where(ingress => ingress.Verdict is Verdict.Exact).ToList();
        if (exact.Count > 0)
        {
            text.Append("\n## Carry over exactly\n\n");
            foreach (var ingress in exact)
            {
                text.Append($"- {Code($"{ingress.Namespace}/{ingress.Name}")}\n");
                foreach (var note in ingress.Notes)
                    text.Append($"  - {Cell(note.Text)}\n");
            }
        }
        if (report.Others.Count > 0)
        {
            text.Append("\n## Beside the Ingresses\n\n| object | field | what |\n|---|---|---|\n");
            foreach (var note in report.Others)
                text.Append($"| {Code(note.Object)} | {Code(note.Field)} | {Cell(note.Text)} |\n");
        }
        if (report.Skipped.Count > 0)
        {
            text.Append("\n## Left out\n\n");
            foreach (var one in report.Skipped)
                text.Append($"- {Code($"{one.Namespace}/{one.Name}")}: {Cell(one.Why)}\n");
        }
        return text.ToString();
    }

    private static void Section(StringBuilder text, MigrationReport report, Verdict verdict)
    {
        var ingresses = report.Ingresses.Where(ingress => ingress.Verdict == verdict).ToList();
        if (ingresses.Count == 0)
            return;
        text.Append(verdict is Verdict.Refused ? "\n## Ask for something that is refused\n" : "\n## Served with a difference\n");
        foreach (var ingress in ingresses)
        {
            text.Append($"\n### {ingress.Namespace}/{ingress.Name}\n\n");
            if (ingress.Hosts.Count > 0)
                text.Append($"Hosts: {string.Join(", ", ingress.Hosts.Select(Code))}\n\n");
            text.Append("| | annotation or field | value | what |\n|---|---|---|---|\n");
            foreach (var one in ingress.Annotations)
                text.Append($"| {MigrationText.Word(one.Verdict)} | {Code(one.Key)} | {Code(MigrationText.Line(one.Value))} | "
                    + $"{Cell(one.Text)} |\n");
            foreach (var note in ingress.Notes)
                text.Append($"| {MigrationText.Word(note)} | {Code(note.Field)} | | {Cell(note.Text)} |\n");
        }
    }

    // Text of tenants: nothing of it may break the table or become markup.
    private static string Cell(string text)
    {
        var cell = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '|' or '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>')
                cell.Append('\\').Append(c);
            else
                cell.Append(char.IsControl(c) ? ' ' : c);
        }
        return cell.ToString();
    }

    private static string Code(string text) =>
        text.Length == 0 ? "" : $"`{text.Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal)}`";
}
