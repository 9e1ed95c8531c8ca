using System.Text.Json.Nodes;

namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>What kubectl itself makes of the API server, for every kubectl at hand.</summary>
public sealed class ApiKubectlTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    public static TheoryData<string> Binaries => Kubectl.Binaries;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Apply_creates_then_changes_nothing_then_changes(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var space = await server.NamespaceAsync();
        var manifest = List(Manifests.Deployment("web"), Manifests.Service("web"), Manifests.Ingress("web"), Manifests.ConfigMap("web"));
        Assert.Equal(
            "deployment.apps/web created\nservice/web created\ningress.networking.k8s.io/web created\nconfigmap/web created\n",
            await kubectl.RunWithInputAsync(manifest, "-n", space, "apply", "-f", "-"));
        Assert.Equal(
            "deployment.apps/web unchanged\nservice/web unchanged\ningress.networking.k8s.io/web unchanged\nconfigmap/web unchanged\n",
            await kubectl.RunWithInputAsync(manifest, "-n", space, "apply", "-f", "-"));
        Assert.Equal(
            "ingress.networking.k8s.io/web configured\n",
            await kubectl.RunWithInputAsync(Manifests.Ingress("web", "b.example.com"), "-n", space, "apply", "-f", "-"));
        Assert.Equal("b.example.com", await kubectl.RunAsync("-n", space, "get", "ingress", "web", "-o", "jsonpath={.spec.rules[0].host}"));

        var difference = await kubectl.TryWithInputAsync(Manifests.Ingress("web", "c.example.com"), "-n", space, "diff", "-f", "-");
        Assert.Equal(1, difference.ExitCode);
        Assert.Contains("+  - host: c.example.com", difference.Text);
        Assert.Equal(
            "ingress.networking.k8s.io/web replaced\n",
            await kubectl.RunWithInputAsync(Manifests.Ingress("web", "c.example.com"), "-n", space, "replace", "-f", "-"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Server_side_apply_tells_whose_field_it_is(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var space = await server.NamespaceAsync();
        Assert.Equal(
            "configmap/a serverside-applied\n",
            await kubectl.RunWithInputAsync(Manifests.ConfigMap("a"), "-n", space, "apply", "--server-side", "-f", "-"));
        var conflict = await kubectl.TryWithInputAsync(
            Manifests.ConfigMap("a", "2"), "-n", space, "apply", "--server-side", "--field-manager=other", "-f", "-");
        Assert.Equal(1, conflict.ExitCode);
        Assert.Contains("Apply failed with 1 conflict: conflict with \"kubectl\"", conflict.Error);
        await kubectl.RunWithInputAsync(
            Manifests.ConfigMap("a", "2"), "-n", space, "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-");
        Assert.Equal("2", await kubectl.RunAsync("-n", space, "get", "configmap", "a", "-o", "jsonpath={.data.key}"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Validation_finds_mistakes(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var space = await server.NamespaceAsync();
        var typo = Manifests.Ingress("web").Replace("\"pathType\"", "\"pathTyp\"", StringComparison.Ordinal);
        var refused = await kubectl.TryWithInputAsync(typo, "-n", space, "apply", "-f", "-");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("unknown field \"", refused.Error);
        Assert.Contains("pathTyp\"", refused.Error);

        var invalid = await kubectl.TryWithInputAsync(Manifests.Ingress("web", "no_host"), "-n", space, "apply", "-f", "-");
        Assert.Equal(1, invalid.ExitCode);
        Assert.Contains("The Ingress \"web\" is invalid: ", invalid.Error);
        Assert.Contains("spec.rules[0].host: Invalid value: \"no_host\": ", invalid.Error);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Create_commands_work(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var space = (await server.NamespaceAsync()) + "-made";
        Assert.Equal($"namespace/{space} created\n", await kubectl.RunAsync("create", "namespace", space));
        Assert.Equal("secret/s created\n", await kubectl.RunAsync("-n", space, "create", "secret", "generic", "s", "--from-literal=a=b"));
        Assert.Equal("Yg==", await kubectl.RunAsync("-n", space, "get", "secret", "s", "-o", "jsonpath={.data.a}"));
        Assert.Equal("deployment.apps/web created\n", await kubectl.RunAsync("-n", space, "create", "deployment", "web", "--image=nginx"));
        Assert.Equal(
            "service/web exposed\n", await kubectl.RunAsync("-n", space, "expose", "deployment", "web", "--port=80", "--target-port=8080"));
        Assert.Equal("80 8080 web", await kubectl.RunAsync(
            "-n", space, "get", "service", "web", "-o", "jsonpath={.spec.ports[0].port} {.spec.ports[0].targetPort} {.spec.selector.app}"));
        Assert.Equal("ingress.networking.k8s.io/web created\n", await kubectl.RunAsync(
            "-n", space, "create", "ingress", "web", "--class=yarp", "--rule=a.example.com/*=web:80"));
        Assert.Equal(
            "role.rbac.authorization.k8s.io/r created\n",
            await kubectl.RunAsync("-n", space, "create", "role", "r", "--verb=get", "--resource=pods"));
        Assert.Equal($"namespace \"{space}\" deleted\n", await kubectl.RunAsync("delete", "namespace", space));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Single_changes_work(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var space = await server.NamespaceAsync();
        await kubectl.RunWithInputAsync(List(Manifests.Deployment("web"), Manifests.Ingress("web")), "-n", space, "create", "-f", "-");
        Assert.Equal("ingress.networking.k8s.io/web labeled\n", await kubectl.RunAsync("-n", space, "label", "ingress", "web", "a=b"));
        // Some versions say "annotate".
        Assert.StartsWith(
            "ingress.networking.k8s.io/web annotate", await kubectl.RunAsync("-n", space, "annotate", "ingress", "web", "c=d"));
        Assert.Equal("deployment.apps/web scaled\n", await kubectl.RunAsync("-n", space, "scale", "deployment", "web", "--replicas=4"));
        foreach (var (type, patch) in ((string, string)[])
            [
                ("strategic", """{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"nginx:2"}]}}}}"""),
                ("merge", """{"spec":{"minReadySeconds":1}}"""),
                ("json", """[{"op":"replace","path":"/spec/replicas","value":2}]"""),
            ])
        {
            Assert.Equal(
                "deployment.apps/web patched\n",
                await kubectl.RunAsync("-n", space, "patch", "deployment", "web", $"--type={type}", "-p", patch));
        }
        kubectl.Environment["KUBE_EDITOR"] = "sed -i s/a.example.com/edited.example.com/";
        Assert.Equal("ingress.networking.k8s.io/web edited\n", await kubectl.RunAsync("-n", space, "edit", "ingress", "web"));
        var ingress = JsonNode.Parse(await kubectl.RunAsync("-n", space, "get", "ingress", "web", "-o", "json"))!;
        Assert.Equal("edited.example.com", ingress["spec"]!["rules"]![0]!["host"]!.ToString());
        Assert.Equal("b", ingress["metadata"]!["labels"]!["a"]!.ToString());
        Assert.Equal("2 nginx:2 1", await kubectl.RunAsync(
            "-n", space, "get", "deployment", "web", "-o",
            "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image} {.spec.minReadySeconds}"));
        Assert.Equal("ingress.networking.k8s.io \"web\" deleted\n", await kubectl.RunAsync("-n", space, "delete", "ingress", "web"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Reading_commands_work(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var space = await server.NamespaceAsync();
        await kubectl.RunWithInputAsync(
            List(Manifests.Deployment("web"), Manifests.Service("web"), Manifests.Ingress("web")), "-n", space, "create", "-f", "-");
        var table = await kubectl.RunAsync("-n", space, "get", "ingress");
        Assert.Equal("NAME CLASS HOSTS ADDRESS PORTS AGE", Columns(table, 0));
        Assert.StartsWith("web yarp a.example.com 80, 443 ", Columns(table, 1));
        var all = await kubectl.RunAsync("-n", space, "get", "all", "-o", "wide");
        Assert.Contains("service/web", all);
        Assert.Contains("deployment.apps/web", all);

        var described = await kubectl.RunAsync("-n", space, "describe", "ingress", "web");
        Assert.Contains("a.example.com", described);
        Assert.Contains("web:80", described);
        Assert.Contains("Replicas:", await kubectl.RunAsync("-n", space, "describe", "deployment", "web"));
        Assert.Contains("ClusterIP", await kubectl.RunAsync("-n", space, "describe", "service", "web"));
        Assert.Contains("Active", await kubectl.RunAsync("describe", "namespace", space));

        var missing = await kubectl.TryAsync("-n", space, "get", "ingress", "none");
        Assert.Equal(1, missing.ExitCode);
        Assert.Equal("Error from server (NotFound): ingresses.networking.k8s.io \"none\" not found\n", missing.Error);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Commands_about_the_server_work(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        Assert.Contains("v1.32.", await kubectl.RunAsync("version"));
        Assert.Contains("is running at", await kubectl.RunAsync("cluster-info"));
        Assert.Contains("networking.k8s.io/v1\n", await kubectl.RunAsync("api-versions"));
        Assert.Contains("ingressclasses", await kubectl.RunAsync("api-resources", "--api-group=networking.k8s.io"));
        Assert.Contains("pathType", await kubectl.RunAsync("explain", "ingress.spec.rules.http.paths"));
        Assert.Equal("yes\n", await kubectl.RunAsync("auth", "can-i", "create", "ingresses"));
        Assert.Equal("ok", await kubectl.RunAsync("get", "--raw", "/readyz"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Watching_and_waiting_work(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var space = await server.NamespaceAsync();
        using var watch = kubectl.Start("-n", space, "get", "ingress", "-w");
        try
        {
            await server.PostAsync($"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses", Manifests.Ingress("web"));
            Assert.Equal("NAME CLASS HOSTS ADDRESS PORTS AGE", await LineAsync(watch.StandardOutput));
            Assert.StartsWith("web yarp a.example.com 80, 443 ", await LineAsync(watch.StandardOutput));
            await server.MergeAsync(
                $"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses/web/status", """{"status":{"loadBalancer":{"ingress":[{"ip":"10.0.0.9"}]}}}""");
            Assert.StartsWith("web yarp a.example.com 10.0.0.9 80, 443 ", await LineAsync(watch.StandardOutput));
        }
        finally
        {
            watch.Kill();
        }

        (await server.PostAsync($"/apis/apps/v1/namespaces/{space}/deployments", Manifests.Deployment("web"))).Is(201);
        var available = kubectl.RunAsync("-n", space, "wait", "deployment/web", "--for=condition=Available", "--timeout=90s");
        (await server.MergeAsync(
            $"/apis/apps/v1/namespaces/{space}/deployments/web/status", """{"status":{"conditions":[{"type":"Available","status":"True"}]}}""")).Is(200);
        Assert.Equal("deployment.apps/web condition met\n", await available);
        var gone = kubectl.RunAsync("-n", space, "delete", "deployment", "web", "--wait");
        Assert.Equal("deployment.apps \"web\" deleted\n", await gone);
    }

    private static string List(params string[] items) => $$"""{"apiVersion":"v1","kind":"List","items":[{{string.Join(',', items)}}]}""";

    private static string Columns(string table, int line) =>
        string.Join(' ', table.Split('\n')[line].Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static async Task<string> LineAsync(StreamReader output) =>
        Columns(await output.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Wait.Deadline, TestContext.Current.CancellationToken) ?? "", 0);
}
