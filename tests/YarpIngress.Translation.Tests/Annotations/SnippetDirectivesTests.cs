using YarpIngress.Translation.Ingress.Annotations;

namespace YarpIngress.Translation.Tests.Annotations;

public sealed class SnippetDirectivesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("more_set_headers \"A: b; return 403;\";", "more_set_headers")]
    [InlineData("# deny all;\n  add_header A b; # allow 10.0.0.0/8;", "add_header")]
    [InlineData("proxy_set_header A ${b}c; proxy_set_header D 'e;f';", "proxy_set_header")]
    [InlineData("if ($a = 'b') { return 301 https://x; }", "if return")]
    [InlineData("allow all; auth_basic off; satisfy any;", "allow auth_basic satisfy!")]
    [InlineData("location /private { deny all; }", "location deny!")]
    [InlineData("if ($http_x = \"\") {\n  return 403;\n}", "if return!")]
    [InlineData("access_by_lua_block { ngx.exit(403) }", "access_by_lua_block! ngx.exit(403)")]
    [InlineData("deny all", "deny!")]
    [InlineData("\"never closed; deny all;", "\"never")]
    public void Each_directive_is_found_once_and_known_when_it_protects(string snippet, string expected) => Assert.Equal(
        expected, string.Join(' ', SnippetDirectives.Of(snippet).Select(one => one.Name + (one.Protects ? "!" : ""))));

    [Fact]
    public void A_directive_has_the_annotation_that_does_the_same() => Assert.Equal(
        ["rewrite-target", "proxy-read-timeout", null],
        SnippetDirectives.Of("rewrite ^/a /b break; proxy_read_timeout 5s; gunzip on;").Select(one => one.Instead));
}
