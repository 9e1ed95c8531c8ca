using System.Text;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Tests.Docs;

/// <summary>Writes <c>docs/configmap.md</c> from the definitions of keys.</summary>
internal static class ConfigMapReference
{
    private const string Introduction = """
        # The ConfigMap

        <!-- Made from the definitions in src/YarpIngress.Translation/Settings by ./build.sh golden; do not edit. -->

        The keys of the ConfigMap that `--configmap` names: ingress-nginx's, and some of our own. A change is live at once, without a restart;
        what is about connections counts for new ones. Many keys are what applies to Ingresses that do not say otherwise by an
        annotation of the same name ([annotations](annotations.md)).

        - **A value that is not allowed** is a problem of the ConfigMap (an Event on it, a log line, a metric): the key's default applies, or,
          where the key was to protect something, what is written with it below.
        - **A key that is not known** is a problem too, with a "did you mean" when one that is known is near.
        - **Differs** says what is not as in ingress-nginx, which is "there".


        """;

    public static string Write()
    {
        var text = new StringBuilder(Introduction);
        text.Append("## Keys\n\n| key | values | default | |\n|---|---|---|---|\n");
        foreach (var key in GlobalKeys.All.OrderBy(key => key.Name, StringComparer.Ordinal))
            text.Append($"| `{key.Name}` | {Cell(key.Values)} | {Cell(Default(key))} | {Cell(What(key))} |\n");
        text.Append("\n## Of no effect\n\nThey are taken; where the value asks for something, a warning says why nothing comes of it.\n\n| key | why |\n|---|---|\n");
        foreach (var key in IgnoredKeys.ByName.Values.OrderBy(key => key.Name, StringComparer.Ordinal))
            text.Append($"| `{key.Name}` | {Cell(Sentence(key.Reason))} |\n");
        text.Append(
            "\n## Refused\n\n"
            + "What protects every Ingress and can't be given has requests answer 503 until the key is removed, also of an\n"
            + "Ingress that says `enable-modsecurity: \"false\"`; so has text for nginx's configuration with a directive that refuses requests.\n"
            + "Other such text has no effect, and is a problem.\n\n");
        foreach (var name in UnsupportedKeys.Names.Order(StringComparer.Ordinal))
            text.Append($"- `{name}`\n");
        return text.ToString();
    }

    // ingress-nginx's own default of a format fills a screen.
    private static string Default(GlobalKey key) => key.Default.Contains('$', StringComparison.Ordinal) ? $"`{key.Default}`" : key.Default;

    private static string What(GlobalKey key)
    {
        var text = new StringBuilder(key.Doc);
        if (key.Instead is { } instead)
            text.Append($" If the value is not allowed: {instead}.");
        if (key.Difference is { } difference)
            text.Append($" **Differs:** {difference}");
        return text.ToString();
    }

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
