using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Reads where a redirect goes. Nothing but HTTP: a browser would run a <c>javascript:</c> URL in the name of the site.</summary>
internal static class RedirectTarget
{
    private static readonly string[] Beginnings = ["http://", "https://", "$scheme://", "${scheme}://"];

    /// <summary>The Location; a path is made absolute unless redirects are to be relative.</summary>
    /// <exception cref="FormatException">It is neither a URL of HTTP nor a path, or has an unknown variable.</exception>
    public static VariableText Read(string text, RedirectSettings redirects)
    {
        var target = text.Trim();
        if (target.Length == 0 || !UrlText.MayBe(target))
            throw new FormatException($"must be 1 to {UrlText.Longest} characters that a URL may have");
        if (target.StartsWith('/') && !target.StartsWith("//", StringComparison.Ordinal))
        {
            var path = VariableText.Parse(target);
            var port = redirects.UsePort ? ":$server_port" : "";
            return redirects.Relative ? path : VariableText.Parse($"$scheme://$host{port}{target}");
        }
        if (!Beginnings.Any(
            beginning => target.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) && target.Length > beginning.Length))
            throw new FormatException("must begin with http://, https:// or one slash");
        return VariableText.Parse(target);
    }
}
