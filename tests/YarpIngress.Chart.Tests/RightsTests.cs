using System.Text.Json.Nodes;

namespace YarpIngress.Chart.Tests;

/// <summary>The chart gives the controller what it needs and nothing more.</summary>
public sealed class RightsTests
{
    private static readonly string[] Reads = ["get", "list", "watch"];

    // All that the controller may write.
    private static readonly HashSet<string> Writes =
        ["patch ingresses/status", "create events", "patch events", "create leases", "update leases"];

    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public void Only_status_events_and_leases_are_written(string name)
    {
        foreach (var (_, rule) in Rules(RenderedChart.With(TestValues.All[name])))
            foreach (var verb in Texts(rule, "verbs").Except(Reads))
                foreach (var resource in Texts(rule, "resources"))
                    if (resource is "secrets" or "validatingwebhookconfigurations" && name is "webhook-self-made" or "users/all-of-ingress-nginx")
                        Assert.Equal(["yarp-ingress-admission"], Texts(rule, "resourceNames"));
                    else
                        Assert.Contains($"{verb} {resource}", Writes);
    }

    [Theory]
    [InlineData("webhook-self-made", 1)]
    [InlineData("webhook-cert-manager", 0)]
    [InlineData("webhook-own-certificate", 0)]
    [InlineData("defaults", 0)]
    public void A_certificate_of_its_own_is_all_that_takes_the_right_to_change_the_webhook(string name, int rules)
    {
        var given = Rules(RenderedChart.With(TestValues.All[name])).Where(rule => Texts(rule.Rule, "verbs").Contains("patch")).ToList();
        Assert.Equal(rules, given.Count(rule => Texts(rule.Rule, "resources").Contains("validatingwebhookconfigurations")));
        Assert.Equal(rules, given.Count(rule => Texts(rule.Rule, "resources").Contains("secrets")));
    }

    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public void Nothing_is_given_by_wildcard(string name)
    {
        foreach (var (_, rule) in Rules(RenderedChart.With(TestValues.All[name])))
            Assert.DoesNotContain("*", Texts(rule, "verbs").Concat(Texts(rule, "resources")).Concat(Texts(rule, "apiGroups")));
    }

    [Theory]
    [InlineData("namespaced", "yarp-ingress")]
    [InlineData("other-namespace", "apps")]
    public void With_Roles_only_nothing_of_the_cluster_is_touched_and_Secrets_of_one_namespace_are_read(string name, string watched)
    {
        var chart = RenderedChart.With(TestValues.All[name]);
        Assert.DoesNotContain(chart.Objects, item => item.Namespace is null);
        Assert.Equal([watched], Rules(chart).Where(rule => Texts(rule.Rule, "resources").Contains("secrets")).Select(rule => rule.Namespace));
    }

    [Fact]
    public void A_Lease_is_changed_by_name_only()
    {
        var rules = Rules(RenderedChart.With("")).Where(rule => Texts(rule.Rule, "resources").Contains("leases"))
            .Where(rule => Texts(rule.Rule, "verbs").Contains("update"));
        Assert.Equal(["yarp-ingress-leader"], Texts(Assert.Single(rules).Rule, "resourceNames"));
    }

    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public void Containers_are_not_root_and_have_no_capabilities(string name)
    {
        foreach (var item in RenderedChart.With(TestValues.All[name]).Objects)
        {
            var pod = item.Kind == "Pod" ? item.Object["spec"] : item.Object["spec"]?["template"]?["spec"];
            var containers = pod?["containers"]?.AsArray() ?? [];
            foreach (var container in containers.Where(container => container!["name"]!.GetValue<string>() != "side"))
            {
                var context = container!["securityContext"]!;
                Assert.Equal("true", $"{context["readOnlyRootFilesystem"]}");
                Assert.Equal("false", $"{context["allowPrivilegeEscalation"]}");
                Assert.Equal("[\"ALL\"]", context["capabilities"]!["drop"]!.ToJsonString());
                Assert.Equal("true", $"{context["runAsNonRoot"] ?? pod!["securityContext"]!["runAsNonRoot"]}");
                Assert.Equal("RuntimeDefault", $"{(context["seccompProfile"] ?? pod!["securityContext"]!["seccompProfile"])!["type"]}");
            }
        }
    }

    private static IEnumerable<(string? Namespace, JsonNode Rule)> Rules(RenderedChart chart) =>
        chart.Objects.Where(item => item.Kind is "Role" or "ClusterRole")
            .SelectMany(item => item.Object["rules"]!.AsArray().Select(rule => (item.Namespace, rule!)));

    private static string[] Texts(JsonNode rule, string field) => [.. rule[field]!.AsArray().Select(text => text!.GetValue<string>())];
}
