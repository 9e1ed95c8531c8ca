using System.Text;

namespace YarpIngress.Tests.Hardening;

/// <summary>Paths that servers read in different ways, and those servers, written as naively as they are.</summary>
internal static class PathCorpus
{
    /// <summary>Each is meant to reach <c>/admin</c> of some server without being it.</summary>
    public static readonly string[] Paths =
    [
        "/admin", "/admin/", "/admin/users", "//admin", "///admin//users", "/./admin", "/admin/.", "/x/../admin", "/public/../admin/users",
        "/public/%2e%2e/admin", "/public/%2E./admin", "/public/.%2e/admin", "/%2e/admin", "/public/..%2fadmin", "/public%2f..%2fadmin",
        "/public/%2e%2e%2fadmin", "/%61dmin", "/%61%64%6d%69%6e", "/admin%2fusers", "/admin%2Fusers", "/admin;x=1", "/admin;x=1/users", "/;x=1/admin",
        "/admin%3bx=1/users", "/public/..;/admin", "/public/..;x=1/admin", "/public/..%3b/admin", "/public;/../admin", "/.;/admin", "/public/.;/admin",
        "/public\\..\\admin", "/public/..\\admin", "/public%5c..%5cadmin", "/public/..%5cadmin", "\\admin", "/\\admin", "/%5cadmin", "/public/%252e%252e/admin",
        "/public/%252e%252e%252fadmin", "/%2561dmin", "/admin%252fusers", "/public/%25%32%65%25%32%65/admin", "/public/%c0%ae%c0%ae/admin",
        "/public%c0%afadmin", "/%c0%afadmin", "/public/..%c0%afadmin", "/%c1%a1dmin", "/a//../admin", "/a/b//../../../admin", "/public//..//admin", "/admin//",
        "/admin/../public", "/admin/%2e%2e/public", "/admin%2f..%2fpublic", "/admin\\..\\public", "/admin/..;/public", "/admin;/../public", "/admin/%252e%252e/public",
        "/public/../public", "/public/a%2fb", "/public/a;v=1", "/public/a%20b", "/public/caf%C3%A9", "/public/%E9", "/public//a", "/public/a%5cb", "/public/100%25",
        "/admin%00", "/admin%0a", "/admin%20", "/admin%09x", "/admin#x", "/ADMIN", "/administrator", "/..", "/../admin", "/%2e%2e/admin", "/public/%u002e/admin",
        "/admin%3f", "/admin%3Fx/y", "/admin%23", "/admin%23x", "/public/..%2fadmin%3f", "/public/../admin%3fx", "/admin%3f/../public",
        "/public%3f/../admin%23", "/admin%253f", "/admin%2523x", "/admin%c0%bfx", "/admin%3f;x", "/public/what%3f", "/public/c%23", "/admin?x=/public", "/public?x=/../admin", "/public/x%3f/../admin", "/public/x%23/../admin", "http://a.io/admin", "http://a.io/public/../admin", "*",
    ];

    /// <summary>Pieces to put other paths together of.</summary>
    public static readonly string[] Pieces =
    [
        "/", "/", "admin", "public", "a", "..", ".", "%2f", "%2F", "%2e", "%2e%2e", ";", ";x=1", "%3b", "\\", "%5c", "%25", "%252e", "%252f", "%255c", "//", "%c0%ae",
        "%c0%af", "%61", "%20", "%", "%C3%A9", "%3f", "%23", "3f",
    ];

    /// <summary>What a server makes of the path that it receives.</summary>
    public static readonly (string Name, Func<string, string> Read)[] Servers =
    [
        ("takes it as it comes", path => path),
        ("resolves without decoding", path => Resolve(path)),
        ("decodes, does not resolve", path => Decode(path)),
        ("decodes and resolves", path => Resolve(Decode(path))),
        ("resolves, then decodes", path => Decode(Resolve(path))),
        ("resolves, decodes all but slashes", path => Decode(Resolve(path).Replace("%2f", "%252f").Replace("%2F", "%252F"))),
        ("drops parameters, decodes, resolves", path => Resolve(Decode(WithoutParameters(path)))),
        ("decodes, drops parameters, resolves", path => Resolve(WithoutParameters(Decode(path)))),
        ("takes backslashes for slashes", path => Resolve(Decode(path).Replace('\\', '/'))),
        ("drops parameters and takes backslashes for slashes", path => Resolve(WithoutParameters(Decode(path).Replace('\\', '/')))),
        ("decodes twice", path => Resolve(Decode(Decode(path)))),
        ("decodes twice and drops parameters", path => Resolve(WithoutParameters(Decode(Decode(path))))),
        ("decodes twice and takes backslashes for slashes", path => Resolve(Decode(Decode(path)).Replace('\\', '/'))),
        ("takes UTF-8 of any length", path => Resolve(Shorten(Decode(path)))),
        ("decodes and ends at a question mark or hash", path => Resolve(ToEnd(Decode(path)))),
        ("decodes, resolves and ends at a question mark or hash", path => ToEnd(Resolve(Decode(path)))),
        ("resolves, decodes and ends at a question mark or hash", path => ToEnd(Decode(Resolve(path)))),
        ("decodes twice and ends at a question mark or hash", path => Resolve(ToEnd(Decode(Decode(path))))),
        ("drops parameters and ends at a question mark or hash", path => Resolve(WithoutParameters(ToEnd(Decode(path))))),
        ("takes UTF-8 of any length and ends at a question mark or hash", path => Resolve(ToEnd(Shorten(Decode(path))))),
        ("keeps empty elements", path => Resolve(Decode(path), mergesSlashes: false)),
    ];

    /// <summary>Whether a path is an element's own or below it.</summary>
    public static bool IsBelow(string path, string element) =>
        path.TrimStart('/') is var rest && (rest == element || rest.StartsWith(element + "/", StringComparison.Ordinal));

    private static string Decode(string path)
    {
        var text = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && char.IsAsciiHexDigit(path[i + 1]) && char.IsAsciiHexDigit(path[i + 2]))
            {
                text.Append((char)Convert.ToInt32(path.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                text.Append(path[i]);
            }
        }
        return text.ToString();
    }

    private static string Shorten(string text)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            result.Append(text[i] is '\u00c0' or '\u00c1' && i + 1 < text.Length ? (char)(((text[i] & 0x1f) << 6) | (text[++i] & 0x3f)) : text[i]);
        return result.ToString();
    }

    private static string ToEnd(string path) => path.Split('?', '#')[0];

    private static string WithoutParameters(string path) =>
        string.Join('/', path.Split('/').Select(element => element.Split(';')[0]));

    private static string Resolve(string path, bool mergesSlashes = true)
    {
        var stack = new List<string>();
        foreach (var element in path.Split('/').Skip(1))
        {
            if (element == "..")
            {
                if (stack.Count > 0)
                    stack.RemoveAt(stack.Count - 1);
            }
            else if (element != "." && (element.Length > 0 || !mergesSlashes))
            {
                stack.Add(element);
            }
        }
        return "/" + string.Join('/', stack);
    }
}
