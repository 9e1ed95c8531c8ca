using YarpIngress.Tests.Answers;

namespace YarpIngress.Tests.Restrictions;

/// <summary>
/// <c>annotations-risk-level</c>, <c>annotation-value-word-blocklist</c> and <c>allow-cross-namespace-resources</c>, live.
/// </summary>
[Collection(nameof(AnswersCluster))]
public sealed class RestrictionTests(AnswersCluster cluster)
{
    [Fact]
    public async Task An_Ingress_whose_annotations_are_too_risky_is_closed_while_they_are()
    {
        var risky = await cluster.AddHostAsync("web", ("upstream-hash-by", "$request_uri"));
        var tame = await cluster.AddHostAsync("web", ("limit-rps", "1000"));
        await SettingsAsync(("annotations-risk-level", "Medium"));
        await cluster.UntilAsync(risky, answer => answer.Status == 503);
        Assert.Equal(200, (await cluster.SendAsync(tame)).Status);

        // Without the annotation, and as it was at the level that is the default.
        await cluster.ApplyIngressAsync(risky, "web");
        await cluster.UntilAsync(risky, answer => answer.Status == 200);
        await cluster.ApplyIngressAsync(risky, "web", ("upstream-hash-by", "$request_uri"));
        await cluster.UntilAsync(risky, answer => answer.Status == 503);
        await SettingsAsync();
        await cluster.UntilAsync(risky, answer => answer.Status == 200);
    }

    [Fact]
    public async Task A_level_that_is_none_accepts_only_what_has_no_risk()
    {
        var host = await cluster.AddHostAsync("web", ("enable-cors", "true"), ("proxy-body-size", "2m"));
        await SettingsAsync(("annotations-risk-level", "Lo"));
        await cluster.UntilAsync(host, answer => answer.Status == 503);
        await SettingsAsync();
        await cluster.UntilAsync(host, answer => answer.Status == 200);
    }

    [Fact]
    public async Task An_Ingress_with_a_blocked_word_is_closed_and_says_why()
    {
        var host = await cluster.AddHostAsync("web", ("upstream-vhost", "secret-word.example.com"));
        await SettingsAsync(("annotation-value-word-blocklist", "nothing,secret-word"));
        await cluster.UntilAsync(host, answer => answer.Status == 503);
        var (_, explanation) = await cluster.Bed.AdminAsync(cluster.Controller, $"/api/explain?url=http://{host}/");
        Assert.Contains("annotation-value-word-blocklist", explanation, StringComparison.Ordinal);
        await SettingsAsync(("annotation-value-word-blocklist", "nothing"));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
        await SettingsAsync();
    }

    private Task SettingsAsync(params (string Name, string Value)[] settings) =>
        cluster.ApplyAsync("ConfigMap", "answers-settings", "data", settings);
}
