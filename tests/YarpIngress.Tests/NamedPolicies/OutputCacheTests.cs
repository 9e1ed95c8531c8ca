using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace YarpIngress.Tests.NamedPolicies;

/// <summary><c>output-cache-policy</c> and <c>output-cache-policies</c> over sockets, with pods behind both forwarders.</summary>
[Collection(nameof(PolicyCluster))]
public sealed class OutputCacheTests(PolicyCluster cluster)
{
    private const string Name = "output-cache-policy";
    private static int _services;

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task An_answer_is_given_to_others_with_its_age_and_each_query_has_its_own(HttpProtocols protocols)
    {
        var host = await cluster.ServeAsync(await CounterAsync(protocols), (Name, "hour"));
        var first = await cluster.SendAsync(host, "/a?x=1&h=ETag:%22v1%22&h=X-Team:red&h=Cache-Control:max-age=600");
        Assert.Null(first["Age"]);
        var second = await cluster.SendAsync(host, "/a?x=1&h=ETag:%22v1%22&h=X-Team:red&h=Cache-Control:max-age=600");
        Assert.Equal(first.Body, second.Body);
        Assert.InRange(int.Parse(second["Age"]!, CultureInfo.InvariantCulture), 0, 60);
        Assert.Equal(("red", first["Content-Type"], first["Content-Length"]),
            (second["X-Team"], second["Content-Type"], second["Content-Length"]));
        Assert.NotEqual(first.Body, (await cluster.SendAsync(host, "/a?x=2")).Body);
        // HEAD has an answer of its own, without a body.
        var head = await cluster.SendAsync(host, "/a?x=1", "HEAD");
        Assert.Equal((200, ""), (head.Status, head.Body));

        var known = await cluster.SendAsync(
            host, "/a?x=1&h=ETag:%22v1%22&h=X-Team:red&h=Cache-Control:max-age=600", headers: ("If-None-Match", "W/\"v1\", \"v0\""));
        Assert.Equal((304, "", "\"v1\""), (known.Status, known.Body, known["ETag"]));
    }

    [Theory]
    [InlineData("/?h=Set-Cookie:session%3D1", null, null)]
    [InlineData("/?h=Cache-Control:private", null, null)]
    [InlineData("/?h=Cache-Control:no-store", null, null)]
    [InlineData("/?h=Cache-Control:max-age%3D0", null, null)]
    [InlineData("/?h=Expires:0", null, null)]
    [InlineData("/?h=Pragma:no-cache", null, null)]
    [InlineData("/?h=Vary:Accept-Encoding", null, null)]
    [InlineData("/?h=Vary:*", null, null)]
    [InlineData("/?status=404", null, null)]
    [InlineData("/?status=206", null, null)]
    [InlineData("/", "Authorization", "Bearer x")]
    [InlineData("/", "Cookie", "session=1")]
    [InlineData("/", "Range", "bytes=0-1")]
    public async Task What_is_not_for_everybody_is_neither_kept_nor_given(string target, string? name, string? value)
    {
        var host = await cluster.ServeAsync(await CounterAsync(), (Name, "hour"));
        (string, string)[] headers = name is null ? [] : [(name, value!)];
        if (name is not null)
            await cluster.SendAsync(host, target);
        var first = await cluster.SendAsync(host, target, headers: headers);
        var second = await cluster.SendAsync(host, target, headers: headers);
        Assert.NotEqual(first.Body, second.Body);
        Assert.Null(second["Age"]);
    }

    [Fact]
    public async Task Other_methods_always_reach_the_pod()
    {
        var host = await cluster.ServeAsync(await CounterAsync(), (Name, "hour"));
        foreach (var method in new[] { "POST", "PUT", "DELETE", "OPTIONS" })
        {
            var first = await cluster.SendAsync(host, "/", method, "x");
            Assert.NotEqual(first.Body, (await cluster.SendAsync(host, "/", method, "x")).Body);
        }
    }

    [Fact]
    public async Task VaryByQuery_and_VaryByHeader_say_what_makes_another_answer()
    {
        var host = await cluster.ServeAsync(await CounterAsync(), (Name, "varied"));
        var first = await cluster.SendAsync(host, "/?page=1&utm=a&h=Vary:Accept-Language", headers: ("Accept-Language", "de"));
        Assert.Equal(first.Body,
            (await cluster.SendAsync(host, "/?utm=b&page=1", headers: [("Accept-Language", "de"), ("Cookie", "a=b")])).Body);
        Assert.NotEqual(first.Body, (await cluster.SendAsync(host, "/?page=1", headers: ("Accept-Language", "en"))).Body);
        Assert.NotEqual(first.Body, (await cluster.SendAsync(host, "/?page=2", headers: ("Accept-Language", "de"))).Body);
        Assert.NotEqual(first.Body, (await cluster.SendAsync(host, "/?%70age=2", headers: ("Accept-Language", "de"))).Body);
        // Larger than MaximumBodySize, known before or only at the end.
        foreach (var target in new[] { "/large?page=7", "/large-chunked?page=8" })
        {
            var large = await cluster.SendAsync(host, target);
            Assert.True(large.Body.Length > 2000);
            Assert.NotEqual(large.Body, (await cluster.SendAsync(host, target)).Body);
        }
    }

    [Fact]
    public async Task Headers_of_the_route_are_made_for_each_client_anew()
    {
        await cluster.ApplyAsync("ConfigMap", "cache-headers", "data", ("X-Team", "blue"));
        var service = await CounterAsync();
        var host = await cluster.ServeAsync(
            service, (Name, "hour"), ("enable-cors", "true"), ("cors-allow-origin", "https://a.example, https://b.example"),
            ("transforms", "- ResponseHeader: X-Served\n  Set: \"yes\"\n"));
        var first = await cluster.SendAsync(host, headers: ("Origin", "https://a.example"));
        var second = await cluster.SendAsync(host, headers: ("Origin", "https://b.example"));
        var third = await cluster.SendAsync(host);
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Body, third.Body);
        Assert.Equal(
            ("https://a.example", "https://b.example", null),
            (first["Access-Control-Allow-Origin"], second["Access-Control-Allow-Origin"], third["Access-Control-Allow-Origin"]));
        Assert.Equal(("yes", "yes"), (first["X-Served"], second["X-Served"]));
    }

    [Fact]
    public async Task Each_route_and_host_has_its_own_and_a_change_of_the_route_forgets()
    {
        var service = await CounterAsync();
        var (one, other) = (await cluster.ServeAsync(service, (Name, "hour")), await cluster.ServeAsync(service, (Name, "hour")));
        var first = await cluster.SendAsync(one);
        Assert.Equal(first.Body, (await cluster.SendAsync(one)).Body);
        Assert.NotEqual(first.Body, (await cluster.SendAsync(other)).Body);
        await cluster.AnnotateAsync(one, service, (Name, "hour"), ("custom-http-errors", "418"));
        var changed = await Wait.ForAsync(() => cluster.SendAsync(one), answer => answer.Body != first.Body, "another answer");
        Assert.Equal(changed.Body, (await cluster.SendAsync(one)).Body);
        await cluster.AnnotateAsync(one, service, (Name, "disable"));
        Assert.NotEqual(changed.Body, (await cluster.SendAsync(one)).Body);
    }

    [Fact]
    public async Task An_answer_expires_and_one_that_is_cut_off_is_not_kept()
    {
        var host = await cluster.ServeAsync(await CounterAsync(), (Name, "short"));
        var first = await cluster.SendAsync(host);
        await Wait.UntilAsync(async () => (await cluster.SendAsync(host)).Body != first.Body, "an answer of its own");
        host = await cluster.ServeAsync(await CounterAsync(), (Name, "hour"));
        foreach (var target in new[] { "/cut", "/cut", "/cut-chunked", "/cut-chunked" })
            Assert.True(await IsCutOffAsync(host, target), $"{target} came whole");
    }

    [Fact]
    public async Task With_a_login_nothing_is_kept()
    {
        await cluster.ApplyAsync("Secret", "cache-users", "data", ("auth", Convert.ToBase64String("ada:{PLAIN}pw"u8)));
        var host = await cluster.ServeAsync(
            await CounterAsync(), (Name, "hour"), ("auth-type", "basic"), ("auth-secret", "cache-users"), ("satisfy", "any"),
            ("allowlist-source-range", "127.0.0.0/8"));
        var first = await Wait.ForAsync(() => cluster.SendAsync(host), answer => answer.Status == 200, "the list");
        Assert.NotEqual(first.Body, (await cluster.SendAsync(host)).Body);
    }

    [Fact]
    public async Task Explain_says_what_is_kept()
    {
        var host = await cluster.ServeAsync("web", (Name, "hour"));
        Assert.Contains(("output cache", "for 01:00:00, by the whole query, up to 1048576 bytes"), await cluster.ExplainAsync(host));
    }

    /// <summary>Whether the client is told that it does not have all of it; a pod that is gone before it was heard is a 502.</summary>
    private async Task<bool> IsCutOffAsync(string host, string target)
    {
        try
        {
            return (await cluster.SendAsync(host, target)).Status == 502;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    /// <summary>A pod that says something else each time, with the headers and the status that it is asked for.</summary>
    private async Task<string> CounterAsync(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var (service, count) = ($"counter-{Interlocked.Increment(ref _services)}", 0);
        await cluster.AddPodAsync(service, async context =>
        {
            context.Response.StatusCode = int.TryParse(context.Request.Query["status"], out var status) ? status : 200;
            foreach (var header in context.Request.Query["h"])
                context.Response.Headers.Append(header!.Split(':', 2)[0], header.Split(':', 2)[1]);
            var text = $"{Interlocked.Increment(ref count)}" + (context.Request.Path.Value!.StartsWith("/large", StringComparison.Ordinal) ? new string('.', 3000) : "");
            if (!context.Request.Path.Value.EndsWith("chunked", StringComparison.Ordinal))
                context.Response.ContentLength = text.Length + (context.Request.Path == "/cut" ? 10 : 0);
            await context.Response.WriteAsync(text, context.RequestAborted);
            if (!context.Request.Path.Value.StartsWith("/cut", StringComparison.Ordinal))
                return;
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }, protocols, protocols is HttpProtocols.Http2 ? "kubernetes.io/h2c" : null);
        return service;
    }
}
