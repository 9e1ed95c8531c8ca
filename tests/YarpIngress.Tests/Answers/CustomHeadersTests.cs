namespace YarpIngress.Tests.Answers;

/// <summary><c>custom-headers</c>, and how the ConfigMap that an annotation names is followed.</summary>
[Collection(nameof(AnswersCluster))]
public sealed class CustomHeadersTests(AnswersCluster cluster)
{
    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Custom_headers_are_set_in_place_of_the_pods_and_on_errors_too(string service)
    {
        await cluster.ApplyAsync("ConfigMap", $"headers-{service}", "data", ("X-Team", "shop"), ("Cache-Control", "no-store"));
        await cluster.ApplyAsync(
            "ConfigMap", "answers-settings", "data", ("global-allowed-response-headers", "x-team, Cache-Control, nothing"));
        var host = await cluster.AddHostAsync(service, ("custom-headers", $"headers-{service}"));

        var answer = await cluster.UntilAsync(host, answer => answer.Status == 200, "/?h=X-Team:pod&h=X-Other:pod");
        Assert.Equal(("shop", "no-store", "pod"), (answer["X-Team"], answer["Cache-Control"], answer["X-Other"]));

        await cluster.AddEmptyServiceAsync("nobody");
        var empty = await cluster.AddHostAsync("nobody", ("custom-headers", $"default/headers-{service}"));
        var error = await cluster.SendAsync(empty);
        Assert.Equal((503, "shop"), (error.Status, error["X-Team"]));
    }

    [Fact]
    public async Task A_header_that_is_not_allowed_closes_the_routes_until_it_is_taken_out()
    {
        await cluster.ApplyAsync(
            "ConfigMap", "answers-settings", "data", ("global-allowed-response-headers", "X-Team, Cache-Control, nothing"));
        await cluster.ApplyAsync("ConfigMap", "followed", "data", ("X-Team", "shop"), ("X-Not-Allowed", "1"));
        var host = await cluster.AddHostAsync("web", ("custom-headers", "followed"));
        await cluster.UntilAsync(host, answer => answer.Status == 503);

        await cluster.Bed.ApplyAsync("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: followed, namespace: default}
            data: {X-Team: repaired}
            """);
        var answer = await cluster.UntilAsync(host, answer => answer.Status == 200);
        Assert.Equal("repaired", answer["X-Team"]);
    }

    [Fact]
    public async Task Without_its_ConfigMap_a_route_is_closed_and_opens_when_it_comes()
    {
        await cluster.ApplyAsync("ConfigMap", "answers-settings", "data", ("global-allowed-response-headers", "X-Team, nothing"));
        var host = await cluster.AddHostAsync("web", ("custom-headers", "later"));
        Assert.Equal(503, (await cluster.SendAsync(host)).Status);
        await cluster.ApplyAsync("ConfigMap", "later", "data", ("X-Team", "here"));
        Assert.Equal("here", (await cluster.UntilAsync(host, answer => answer.Status == 200))["X-Team"]);
    }

    [Fact]
    public async Task Without_the_annotation_nothing_is_set()
    {
        var host = await cluster.AddHostAsync("web");
        Assert.Null((await cluster.SendAsync(host))["X-Team"]);
    }
}
