using YarpIngress.Proxy.Routing;


namespace YarpIngress.Tests.Proxy;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b?c=/../d", "/a/b")]
    [InlineData("?x=1", "/")]
    [InlineData("", "/")]
    [InlineData("/a//b///c", "/a/b/c")]
    [InlineData("//", "/")]
    [InlineData("/a/./b/.", "/a/b/")]
    [InlineData("/a/b/../c", "/a/c")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/../", "/")]
    [InlineData("/.well-known/x", "/.well-known/x")]
    [InlineData("/...", "/...")]
    [InlineData("/..a/b..", "/..a/b..")]
    [InlineData("/a%20b", "/a b")]
    [InlineData("/a%2Fb", "/a/b")]
    [InlineData("/a%2fb%2F", "/a/b/")]
    [InlineData("/public/%2e%2e/admin", "/admin")]
    [InlineData("/public/..%2Fadmin", "/admin")]
    [InlineData("/public%2F..%2fadmin", "/admin")]
    [InlineData("/%2e/x", "/x")]
    [InlineData("/%252F", "/%2F")]
    [InlineData("/%25", "/%")]
    [InlineData("/caf%C3%A9", "/café")]
    [InlineData("/%E2%82%AC/%F0%9F%98%80", "/€/😀")]
    [InlineData("/%FF", "/\uFFFD")]
    [InlineData("/a%3Fb", "/a?b")]
    [InlineData("/a;v=1/b", "/a;v=1/b")]
    [InlineData("/a\\..\\b", "/a\\..\\b")]
    public void APathIsNormalisedAsNginxDoes(string target, string expected)
    {
        Assert.True(RequestPath.TryNormalize(target, new char[target.Length + 1], out var path));
        Assert.Equal(expected, path.ToString());
    }

    [Theory]
    [InlineData("/..")]
    [InlineData("/../etc/passwd")]
    [InlineData("/a/../../b")]
    [InlineData("/%2e%2e/b")]
    [InlineData("/..%2fb")]
    [InlineData("//../b")]
    [InlineData("/a%zz")]
    [InlineData("/a%2")]
    [InlineData("/a%")]
    [InlineData("/a%00b")]
    [InlineData("/a#b")]
    public void APathThatMeansNothingOrLeadsOutIsRefused(string target) =>
        Assert.False(RequestPath.TryNormalize(target, new char[target.Length + 1], out _));

    [Theory]
    [InlineData("/a?b", "/a?b")]
    [InlineData("http://example.com/a?b", "/a?b")]
    [InlineData("http://example.com", "")]
    [InlineData("http://example.com?b", "?b")]
    [InlineData("https://example.com:8443//a", "//a")]
    public void PathAndQueryAreFoundInATarget(string target, string expected)
    {
        Assert.True(RequestPath.TryFindPathAndQuery(target, out var start));
        Assert.Equal(expected, target[start..]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("example.com:443")]
    [InlineData("/a b")]
    [InlineData("/a\r\nHost: b")]
    [InlineData("/caf\u00e9")]
    [InlineData("/a\u007f")]
    public void OtherTargetsAreRefused(string target) => Assert.False(RequestPath.TryFindPathAndQuery(target, out _));

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.com:8080", "EXAMPLE.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("example.com.:80", "example.com")]
    [InlineData("example.com:", "example.com")]
    [InlineData("my_service", "my_service")]
    [InlineData("10.0.0.1:80", "10.0.0.1")]
    [InlineData("[::1]:80", "[::1]")]
    [InlineData("[fe80::1]", "[fe80::1]")]
    public void AHostIsTakenFromItsHeader(string header, string expected)
    {
        Assert.True(RequestHost.TryParse(header, out var host));
        Assert.Equal(expected, host.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(":80")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("a,b")]
    [InlineData("a%2eb")]
    [InlineData("a:b")]
    [InlineData("a:80:80")]
    [InlineData("a:123456")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[::1]x")]
    [InlineData("[a.example]")]
    [InlineData("b\u00fccher.example")]
    public void WhatIsNoHostIsRefused(string header) => Assert.False(RequestHost.TryParse(header, out _));
}
