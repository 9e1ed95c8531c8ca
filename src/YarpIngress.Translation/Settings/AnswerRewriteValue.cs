using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The values of <c>proxy-cookie-*</c> and <c>proxy-redirect-*</c>, as annotations and as keys of the global ConfigMap.</summary>
internal static class AnswerRewriteValue
{
    public const string Off = "off";

    private static readonly string[] Scripts = ["javascript:", "data:", "vbscript:"];

    /// <summary>What is looked for and what comes instead, in one value; null for <c>off</c>.</summary>
    public static TextRewrite? Pair(string text)
    {
        if (text.Trim() == Off)
            return null;
        return text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var from, var to]
            ? TextRewrite.Parse(from, to)
            : throw new FormatException("must be off, or two texts with a space between");
    }

    /// <summary>One of the two values about redirects.</summary>
    public static string Half(string text)
    {
        var value = text.Trim();
        if (value.Length is 0 or > TextRewrite.Longest || value.Any(c => char.IsControl(c) || c == ' '))
            throw new FormatException($"must be off, default, or a text without spaces of at most {TextRewrite.Longest} characters");
        return value;
    }

    /// <summary>The value of what comes instead; no text that a browser would run.</summary>
    public static string Target(string text)
    {
        var value = Half(text);
        return Scripts.Any(script => value.StartsWith(script, StringComparison.OrdinalIgnoreCase))
            ? throw new FormatException("must not be a URL that a browser runs")
            : value;
    }

    /// <summary>What follows from both values about redirects.</summary>
    /// <exception cref="FormatException">They do not fit together.</exception>
    public static AnswerRewritePolicy WithRedirect(AnswerRewritePolicy policy) => policy with
    {
        // nginx's default speaks of the address that it has for the pods, which no pod knows.
        Redirect = policy.RedirectFrom is Off or "default" || policy.RedirectTo is Off
            ? null
            : TextRewrite.Parse(policy.RedirectFrom, policy.RedirectTo),
    };
}
