using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Tests.Answers;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Ingress.References;

namespace YarpIngress.Tests.Access;

/// <summary>
/// Every protection, broken in every way: no request gets to a pod, other paths are served as before, and what is repaired is served
/// again without a restart. The cases are made from the definitions of the annotations, so that none can be forgotten.
/// </summary>
public sealed class FailClosedTests(AnswersCluster cluster) : IClassFixture<AnswersCluster>
{
    private const string Neighbour = "/neighbour";

    [Fact]
    public async Task What_can_not_protect_lets_nobody_in_until_it_is_repaired()
    {
        await cluster.Bed.ApplyAsync("""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "elsewhere"}}""");
        await ApplyObjectAsync("elsewhere", "good", NamedKind.Secret, [("auth", "ada:{PLAIN}pw"u8.ToArray())]);
        await ApplyObjectAsync("elsewhere", "good", NamedKind.ConfigMap, [("X-Team", "shop"u8.ToArray())]);
        await ApplyObjectAsync("default", "users", NamedKind.Secret, [("auth", "ada:{PLAIN}pw"u8.ToArray())]);
        await ApplyObjectAsync("default", "each", NamedKind.Secret, [("ada", "{PLAIN}pw"u8.ToArray())]);
        List<Case> cases = [];
        foreach (var protection in Protection.All)
        {
            foreach (var (what, value) in protection.BadValues)
                if (protection.WhyHarmless(what) is null)
                    cases.Add(new Case(protection, what, Name(protection, cases.Count), value, IsObject: false));
            foreach (var (what, data) in protection.BadObjects)
            {
                var name = Name(protection, cases.Count);
                if (protection.WhyHarmless(what) is null
                    && await IsTakenAsync(() => ApplyObjectAsync("default", name, protection.Names!.Value, data)))
                    cases.Add(new Case(protection, what, name, name, IsObject: true));
            }
        }
        for (var i = cases.Count - 1; i >= 0; i--)
            if (!await IsTakenAsync(() => ApplyIngressAsync(cases[i], cases[i].Value)))
                cases.RemoveAt(i);
        Assert.True(cases.Count > 100, $"{cases.Count} cases");

        await NoneAsync(cases, "/", answer => answer.Status == 404, "are not there yet");
        await NoneAsync(cases, Neighbour, answer => answer.Status == 404, "have no other path yet");
        List<string> faults = [];
        foreach (var one in cases)
        {
            if (await cluster.SendAsync(one.Host) is var answer && IsPods(answer))
                faults.Add($"{one}: a pod's answer");
            if (!ClosesHosts(one) && !IsPods(await cluster.SendAsync(one.Host, Neighbour)))
                faults.Add($"{one}: another path is closed too");
        }
        Assert.Empty(faults);

        foreach (var one in cases)
        {
            if (one.IsObject)
                await ApplyObjectAsync("default", one.Name, one.Protection.Names!.Value, one.Protection.GoodObject);
            else
            {
                if (one.Protection.Names is { } kind)
                    await ApplyObjectAsync("default", one.Name, kind, one.Protection.GoodObject);
                await ApplyIngressAsync(one, one.Protection.Names is null ? one.Protection.Good : one.Name);
            }
        }
        await NoneAsync(cases, "/", answer => answer.Status == 503, "are repaired and closed");
    }

    private async Task NoneAsync(List<Case> cases, string path, Func<Answer, bool> isWrong, string what)
    {
        var left = cases;
        await Wait.ForAsync(
            async () =>
            {
                List<Case> still = [];
                foreach (var one in left)
                    if (isWrong(await cluster.SendAsync(one.Host, path)))
                        still.Add(one);
                left = still;
                return string.Join("; ", left);
            },
            text => text.Length == 0, what);
    }

    /// <summary>What the API server refuses can't come about.</summary>
    private static async Task<bool> IsTakenAsync(Func<Task> apply)
    {
        try
        {
            await apply();
            return true;
        }
        catch (ApiException error) when (error.StatusCode is 400 or 422)
        {
            return false;
        }
    }

    private static bool IsPods(Answer answer) => answer.Sent("X-Request-ID") is not null;

    private static bool ClosesHosts(Case one) => one.Protection.Annotation.Scope is AnnotationScope.Host;

    private static string Name(Protection protection, int number) => $"{protection.Annotation.Name}-{number}";

    private Task ApplyObjectAsync(string within, string name, NamedKind kind, IReadOnlyList<(string Key, byte[] Value)> data)
    {
        var values = new JsonObject();
        foreach (var (key, value) in data)
            values[key] = kind is NamedKind.Secret ? Convert.ToBase64String(value) : System.Text.Encoding.UTF8.GetString(value);
        return cluster.Bed.ApplyAsync(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = $"{kind}",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = within },
            ["data"] = values,
        }.ToJsonString());
    }

    /// <summary>One whose root is protected, and one that shares the host with it and is not.</summary>
    private async Task ApplyIngressAsync(Case one, string? value)
    {
        var annotations = new JsonObject();
        foreach (var (name, other) in one.Protection.With)
            annotations[$"{IngressAnnotations.OwnPrefix}/{name}"] = other;
        if (value is not null)
            annotations[$"{IngressAnnotations.OwnPrefix}/{one.Protection.Annotation.Name}"] = value;
        await cluster.Bed.ApplyAsync(Ingress(one.Name, one.Host, "/", annotations).ToJsonString());
        await cluster.Bed.ApplyAsync(Ingress(one.Name + "-neighbour", one.Host, Neighbour, []).ToJsonString());
    }

    private static JsonObject Ingress(string name, string host, string path, JsonObject annotations) => new()
    {
        ["apiVersion"] = "networking.k8s.io/v1",
        ["kind"] = "Ingress",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["annotations"] = annotations },
        ["spec"] = new JsonObject
        {
            ["ingressClassName"] = "yarp",
            ["rules"] = new JsonArray(new JsonObject
            {
                ["host"] = host,
                ["http"] = new JsonObject
                {
                    ["paths"] = new JsonArray(new JsonObject
                    {
                        ["path"] = path,
                        ["pathType"] = "Prefix",
                        ["backend"] = new JsonObject
                        {
                            ["service"] = new JsonObject { ["name"] = "web", ["port"] = new JsonObject { ["number"] = 80 } },
                        },
                    }),
                },
            }),
        },
    };

    private sealed record Case(Protection Protection, string What, string Name, string Value, bool IsObject)
    {
        public string Host => $"{Name}.example.com";

        public override string ToString() => $"{Protection.Annotation.Name}: {What}";
    }
}
