namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>
/// What a snippet of nginx configuration asks for: never run, only told. Each directive gets the annotation that does the
/// same, and those that protect are known, since without them the routes would be open.
/// </summary>
internal static class SnippetDirectives
{
    private static readonly char[] Blank = [' ', '\t', '\r', '\n'];

    private static readonly Dictionary<string, string> Alternatives = new(StringComparer.Ordinal)
    {
        ["add_header"] = "custom-headers",
        ["more_set_headers"] = "custom-headers",
        ["more_clear_headers"] = "custom-headers",
        ["proxy_hide_header"] = "the ConfigMap's hide-headers",
        ["proxy_set_header"] = "upstream-vhost for Host, the ConfigMap's proxy-set-headers for others",
        ["more_set_input_headers"] = "the ConfigMap's proxy-set-headers",
        ["rewrite"] = "rewrite-target",
        ["return"] = "permanent-redirect or temporal-redirect",
        ["proxy_cookie_path"] = "proxy-cookie-path",
        ["proxy_cookie_domain"] = "proxy-cookie-domain",
        ["proxy_redirect"] = "proxy-redirect-from and proxy-redirect-to",
        ["proxy_read_timeout"] = "proxy-read-timeout",
        ["proxy_send_timeout"] = "proxy-send-timeout",
        ["proxy_connect_timeout"] = "proxy-connect-timeout",
        ["grpc_read_timeout"] = "proxy-read-timeout",
        ["grpc_send_timeout"] = "proxy-send-timeout",
        ["proxy_buffering"] = "proxy-buffering",
        ["proxy_request_buffering"] = "proxy-request-buffering",
        ["proxy_buffer_size"] = "proxy-buffer-size",
        ["proxy_buffers"] = "proxy-buffers-number",
        ["proxy_http_version"] = "proxy-http-version",
        ["proxy_next_upstream"] = "proxy-next-upstream",
        ["proxy_ssl_name"] = "proxy-ssl-name",
        ["proxy_ssl_server_name"] = "proxy-ssl-server-name",
        ["proxy_ssl_verify"] = "proxy-ssl-verify",
        ["proxy_pass"] = "the Ingress's backend, or a Service of type ExternalName",
        ["client_max_body_size"] = "proxy-body-size",
        ["client_body_buffer_size"] = "client-body-buffer-size",
        ["error_page"] = "custom-http-errors",
        ["proxy_intercept_errors"] = "custom-http-errors",
        ["mirror"] = "mirror-target",
        ["access_log"] = "enable-access-log",
        ["location"] = "a path of the Ingress",
        ["server_name"] = "server-alias",
        ["limit_rate"] = "limit-rate",
        ["allow"] = "allowlist-source-range",
        ["deny"] = "denylist-source-range",
        ["satisfy"] = "satisfy",
        ["auth_basic"] = "auth-type: basic",
        ["auth_basic_user_file"] = "auth-secret",
        ["auth_request"] = "auth-url",
        ["limit_req"] = "limit-rps",
        ["limit_conn"] = "limit-connections",
        ["ssl_verify_client"] = "auth-tls-secret",
        ["ssl_client_certificate"] = "auth-tls-secret",
    };

    private static readonly HashSet<string> Protections = new(StringComparer.Ordinal)
    {
        "allow", "deny", "satisfy", "auth_basic", "auth_basic_user_file", "auth_request", "auth_jwt", "auth_digest", "limit_req",
        "limit_conn",
        "limit_except", "valid_referers", "secure_link", "secure_link_md5", "ssl_verify_client", "internal", "modsecurity", "SecRuleEngine",
        "access_by_lua", "access_by_lua_block", "access_by_lua_file", "rewrite_by_lua", "rewrite_by_lua_block", "rewrite_by_lua_file",
    };

    /// <summary>The directives of <paramref name="snippet"/>, each once, in order; linear in its length.</summary>
    public static IReadOnlyList<SnippetDirective> Of(string snippet)
    {
        var found = new OrderedDictionary<string, SnippetDirective>(StringComparer.Ordinal);
        foreach (var statement in Statements(snippet))
        {
            var end = statement.AsSpan().IndexOfAny(Blank);
            var name = end < 0 ? statement : statement[..end];
            var value = end < 0 ? "" : statement[end..].Trim();
            var protects = Protects(name, value);
            if (!found.TryAdd(name, new SnippetDirective(name, Alternatives.GetValueOrDefault(name), protects)) && protects)
                found[name] = found[name] with { Protects = true };
        }
        return [.. found.Values];
    }

    private static bool Protects(string name, string value) => name switch
    {
        "return" => value.StartsWith('4'),
        "allow" => value != "all",
        "satisfy" or "auth_basic" or "auth_request" or "auth_jwt" or "auth_digest" or "ssl_verify_client" or "modsecurity" =>
            value is not ("off" or "Off" or "\"off\"" or "'off'"),
        _ => Protections.Contains(name),
    };

    /// <summary>What stands between semicolons and braces, without comments; a quoted part is never looked into.</summary>
    private static IEnumerable<string> Statements(string snippet)
    {
        var begin = 0;
        var quote = '\0';
        var inVariable = false;
        for (var i = 0; i < snippet.Length; i++)
        {
            var c = snippet[i];
            if (quote != '\0')
            {
                if (c == '\\')
                    i++;
                else if (c == quote)
                    quote = '\0';
                continue;
            }
            // As in "${host}": the braces belong to the variable.
            if ((inVariable && c != '}') || (c is '{' && i > 0 && snippet[i - 1] == '$'))
                inVariable = true;
            else if (inVariable)
                inVariable = false;
            else if (c is '"' or '\'')
                quote = c;
            else if (c is '#' && snippet.AsSpan(begin, i - begin).IsWhiteSpace())
            {
                var end = snippet.IndexOf('\n', i);
                i = end < 0 ? snippet.Length : end;
                begin = i + 1;
            }
            else if (c is ';' or '{' or '}')
            {
                var statement = snippet[begin..i].Trim();
                if (statement.Length > 0)
                    yield return statement;
                begin = i + 1;
            }
        }
        if (begin < snippet.Length && snippet[begin..].Trim() is { Length: > 0 } last)
            yield return last;
    }
}

/// <summary>A directive in a snippet.</summary>
/// <param name="Name">As nginx names it.</param>
/// <param name="Instead">The annotation that does the same; null when none does.</param>
/// <param name="Protects">Whether requests would be refused that are not without it.</param>
internal readonly record struct SnippetDirective(string Name, string? Instead, bool Protects);
