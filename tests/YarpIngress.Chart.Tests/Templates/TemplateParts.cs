namespace YarpIngress.Chart.Tests.Templates;

/// <summary>Parts a template into texts and actions, with what <c>{{-</c> and <c>-}}</c> trim already gone.</summary>
internal static class TemplateParts
{
    public static List<(string? Text, string? Action, int Line)> Split(string template)
    {
        var parts = new List<(string?, string?, int)>();
        var at = 0;
        var trim = false;
        while (at < template.Length)
        {
            var open = template.IndexOf("{{", at, StringComparison.Ordinal);
            var text = template[at..(open < 0 ? template.Length : open)];
            if (trim)
                text = text.TrimStart();
            if (open < 0)
            {
                parts.Add((text, null, LineOf(template, at)));
                break;
            }
            var inner = open + 2;
            if (inner + 1 < template.Length && template[inner] == '-' && char.IsWhiteSpace(template[inner + 1]))
            {
                text = text.TrimEnd();
                inner++;
            }
            if (text.Length > 0)
                parts.Add((text, null, LineOf(template, at)));
            var close = End(template, inner);
            var action = template[inner..close];
            trim = action.Length > 1 && action[^1] == '-' && char.IsWhiteSpace(action[^2]);
            if (trim)
                action = action[..^1];
            if (!action.TrimStart().StartsWith("/*", StringComparison.Ordinal))
                parts.Add((null, action.Trim(), LineOf(template, open)));
            at = close + 2;
        }
        return parts;
    }

    private static int End(string template, int at)
    {
        if (template.AsSpan(at).TrimStart().StartsWith("/*"))
            at = template.IndexOf("*/", at, StringComparison.Ordinal);
        for (var quoted = false; at >= 0 && at + 1 < template.Length; at++)
        {
            if (quoted && template[at] == '\\')
                at++;
            else if (template[at] == '"')
                quoted = !quoted;
            else if (!quoted && template[at] == '}' && template[at + 1] == '}')
                return at;
        }
        throw new TemplateException("an action has no end");
    }

    private static int LineOf(string template, int at) => 1 + template.AsSpan(0, at).Count('\n');
}
