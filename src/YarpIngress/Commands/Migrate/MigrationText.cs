using System.Text;

namespace YarpIngress.Commands.Migrate;

/// <summary>The report as plain text, for a terminal.</summary>
internal static class MigrationText
{
    private const int LongestValue = 80;

    public static string Write(MigrationReport report)
    {
        var text = new StringBuilder(Summary(report.Summary)).Append('\n');
        foreach (var ingress in report.Ingresses)
        {
            text.Append($"\n{Word(ingress.Verdict).ToUpperInvariant(),-8} Ingress {ingress.Namespace}/{ingress.Name}");
            text.Append(ingress.Hosts.Count > 0 ? $" ({string.Join(", ", ingress.Hosts)})\n" : "\n");
            foreach (var one in ingress.Annotations)
            {
                text.Append($"  {Word(one.Verdict),-8} {one.Key}: {Line(one.Value)}\n");
                if (one.Text.Length > 0)
                    text.Append($"           {one.Text}\n");
            }
            foreach (var note in ingress.Notes)
                text.Append($"  {Word(note),-8} {Place(note)}{note.Text}\n");
        }
        if (report.Others.Count > 0)
            text.Append('\n');
        foreach (var note in report.Others)
            text.Append($"{Word(note.Verdict).ToUpperInvariant(),-8} {note.Object}: {Place(note)}{note.Text}\n");
        if (report.Skipped.Count > 0)
            text.Append('\n');
        foreach (var one in report.Skipped)
            text.Append($"LEFT OUT Ingress {one.Namespace}/{one.Name}: {one.Why}\n");
        return text.ToString();
    }

    /// <summary>The counts in a sentence.</summary>
    public static string Summary(MigrationSummary summary)
    {
        var skipped = summary.Skipped > 0 ? $"; {summary.Skipped} of other controllers left out" : "";
        return $"{summary.Ingresses} {(summary.Ingresses == 1 ? "Ingress" : "Ingresses")}: {summary.Exact} carry over exactly, "
            + $"{summary.Differ} with a difference, {summary.Refused} ask for something that is refused{skipped}";
    }

    /// <summary>The verdict in a word.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Exact => "exact",
        Verdict.Differs => "differs",
        _ => "refused",
    };

    /// <summary>What a note is, in a word.</summary>
    public static string Word(MigrationNote note) => note.Verdict is Verdict.Exact ? "note" : Word(note.Verdict);

    /// <summary>A value as one short line.</summary>
    public static string Line(string value)
    {
        var shown = new StringBuilder(value.Length > LongestValue ? value[..LongestValue] + "…" : value);
        for (var i = 0; i < shown.Length; i++)
            if (char.IsControl(shown[i]))
                shown[i] = ' ';
        return shown.ToString();
    }

    private static string Place(MigrationNote note) => note.Field.Length > 0 ? $"{note.Field}: " : "";
}
