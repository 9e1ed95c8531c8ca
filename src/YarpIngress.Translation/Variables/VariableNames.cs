using System.Collections.Frozen;

namespace YarpIngress.Translation.Variables;

/// <summary>
/// The variables of nginx that texts of annotations and of the global ConfigMap may hold; their values are
/// <c>Pipeline/Variables</c>.
/// </summary>
public static class VariableNames
{
    /// <summary>What is named as a whole.</summary>
    public static readonly FrozenSet<string> Single = FrozenSet.Create(
        "args", "best_http_host", "binary_remote_addr", "content_length", "content_type", "document_uri", "host", "hostname",
        "https", "ingress_name", "is_args", "location_path", "msec", "namespace", "pass_access_scheme", "pass_port", "pass_server_port",
        "proxy_add_x_forwarded_for", "proxy_host", "proxy_upstream_name", "query_string", "remote_addr", "remote_port",
        "remote_user", "req_id",
        "request", "request_id", "request_method", "request_uri", "scheme", "server_addr", "server_name", "server_port", "server_protocol",
        "service_name", "service_port", "ssl_cipher", "ssl_protocol", "ssl_server_name", "status", "the_real_ip", "time_iso8601", "uri");

    /// <summary>What is named with something after it, such as a header: <c>$http_user_agent</c> is User-Agent.</summary>
    public static readonly IReadOnlyList<string> Families = ["http_", "sent_http_", "upstream_http_", "cookie_", "arg_"];

    /// <summary>What is known, for people.</summary>
    public static readonly string Known = string.Join(
        ", ", Single.Concat(Families.Select(family => family + "NAME")).Order(StringComparer.Ordinal).Select(name => "$" + name));

    /// <summary>The part for a name as it stands behind the dollar sign; null for one that is not known.</summary>
    internal static VariablePart? Find(string name)
    {
        if (Single.Contains(name))
            return VariablePart.Of(name);
        foreach (var family in Families)
        {
            if (name.Length > family.Length && name.StartsWith(family, StringComparison.Ordinal))
                return VariablePart.Of(family, Member(family, name[family.Length..]));
        }
        return null;
    }

    /// <summary>Cookies and parameters are named as they are; headers have hyphens where variables have underscores.</summary>
    private static string Member(string family, string rest) =>
        family.EndsWith("http_", StringComparison.Ordinal) ? rest.Replace('_', '-') : rest;
}
