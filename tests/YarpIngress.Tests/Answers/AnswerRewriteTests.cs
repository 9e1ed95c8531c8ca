namespace YarpIngress.Tests.Answers;

/// <summary><c>proxy-cookie-domain</c>, <c>proxy-cookie-path</c>, <c>proxy-redirect-from</c> and <c>proxy-redirect-to</c>.</summary>
[Collection(nameof(AnswersCluster))]
public sealed class AnswerRewriteTests(AnswersCluster cluster)
{
    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Cookies_get_the_domain_and_path_of_the_site(string service)
    {
        var host = await cluster.AddHostAsync(service, ("proxy-cookie-domain", ".localhost $host"), ("proxy-cookie-path", "/two/ /"));
        async Task<string?> Cookie(string cookie) =>
            (await cluster.SendAsync(host, $"/?h={Uri.EscapeDataString($"Set-Cookie:{cookie}")}"))["Set-Cookie"];
        Assert.Equal($"path=/two/; Domain=.{host}; path=/a; HttpOnly",
            await Cookie("path=/two/; Domain=.LOCALHOST; path=/two/a; HttpOnly"));
        Assert.Equal("a=b; Domain=other.com; Path=/three/two/", await Cookie("a=b; Domain=other.com; Path=/three/two/"));
        Assert.Equal("a=b", await Cookie("a=b"));
    }

    [Fact]
    public async Task Expressions_replace_the_whole_text()
    {
        var host = await cluster.AddHostAsync(
            "web", ("proxy-cookie-path", "~^/app/([a-z]+) /$1"), ("proxy-redirect-from", "~*^http://([^/]+)/(.*)$"),
            ("proxy-redirect-to", "/$1/$2"));
        var answer = await cluster.SendAsync(
            host, $"/?status=302&h=Location:HTTP://pod.local/a&h={Uri.EscapeDataString("Set-Cookie:a=b; Path=/app/shop/x")}");
        Assert.Equal((302, "/pod.local/a", "a=b; Path=/shop"), (answer.Status, answer["Location"], answer["Set-Cookie"]));
    }

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Location_and_Refresh_name_the_site_instead_of_the_pod(string service)
    {
        var host = await cluster.AddHostAsync(
            service, ("proxy-redirect-from", "http://pod:8000/two/"), ("proxy-redirect-to", "$scheme://$host/one/"));
        var answer = await cluster.SendAsync(
            host, $"/?status=302&h=Location:http://pod:8000/two/a?b=c&h={Uri.EscapeDataString("Refresh:5; url=http://pod:8000/two/x")}");
        Assert.Equal(($"http://{host}/one/a?b", $"5; url=http://{host}/one/x"), (answer["Location"]?.Split('=')[0], answer["Refresh"]));
        var other = await cluster.SendAsync(host, "/?status=302&h=Location:http://elsewhere/two/");
        Assert.Equal("http://elsewhere/two/", other["Location"]);
    }

    [Fact]
    public async Task A_variable_that_would_break_the_line_or_end_the_cookie_changes_nothing()
    {
        var host = await cluster.AddHostAsync(
            "web", ("proxy-cookie-path", "/ $arg_to"), ("proxy-cookie-domain", "a.example.com $http_x_domain"));
        var answer = await cluster.SendAsync(
            host, $"/?to=/x;Secure&h={Uri.EscapeDataString("Set-Cookie:a=b; Path=/; Domain=a.example.com")}", "GET", null,
            ("X-Domain", "b;c"));
        Assert.Equal("a=b; Path=/; Domain=a.example.com", answer["Set-Cookie"]);
    }
}
