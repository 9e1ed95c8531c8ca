using System.Diagnostics;
using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes;

/// <summary>
/// A program that prints credentials, as cloud providers ship them
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
/// </summary>
internal sealed record ExecPlugin
{
    private static readonly string[] Versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    public required string Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    public required string ApiVersion { get; init; }

    public string? InstallHint { get; init; }

    /// <summary>What is known of the cluster, for plugins that ask for it.</summary>
    public JsonObject? Cluster { get; init; }

    /// <summary>For errors.</summary>
    public required string Source { get; init; }

    public static Credentials Read(
        KubeconfigEntry user, JsonObject exec, KubeconfigEntry cluster, ClusterConfig config, ClusterEnvironment environment)
    {
        var entry = new KubeconfigEntry("user", user.Name, user.File, exec);
        var version = entry.Text("apiVersion") ?? throw user.Error("exec.apiVersion", "is missing.");
        if (!Versions.Contains(version))
            throw user.Error("exec.apiVersion", $"is {version}; {string.Join(" and ", Versions)} are supported.");
        if (entry.Text("interactiveMode") == "Always")
            throw user.Error("exec.interactiveMode", "is Always, but there is nobody to talk to.");

        return new ExecCredentials(new ExecPlugin
        {
            Command = Locate(entry.Text("command") ?? throw user.Error("exec.command", "is missing."), user),
            Arguments = exec["args"] is JsonArray args ? [.. args.Select(item => item?.ToString() ?? "")] : [],
            Variables = Pairs(user, exec["env"]),
            ApiVersion = version,
            InstallHint = entry.Text("installHint"),
            Cluster = entry.Flag("provideClusterInfo") ? ClusterInfo(cluster, config) : null,
            Source = user.At("exec"),
        }, environment);
    }

    public ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(Command, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;

        var spec = new JsonObject { ["interactive"] = false };
        if (Cluster is not null)
            spec["cluster"] = Cluster.DeepClone();
        start.Environment["KUBERNETES_EXEC_INFO"] =
            new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = ApiVersion, ["spec"] = spec }.ToJsonString();
        return start;
    }

    /// <summary>A name is looked up in PATH; a path is relative to the kubeconfig.</summary>
    private static string Locate(string command, KubeconfigEntry user) => command.Contains('/') ? user.Absolute(command) : command;

    private static List<KeyValuePair<string, string>> Pairs(KubeconfigEntry user, JsonNode? env)
    {
        if (env is null)
            return [];
        if (env is not JsonArray list || list.Any(item => item is not JsonObject pair || pair["name"] is null))
            throw user.Error("exec.env", "is not a list of name and value.");
        return [.. list.Select(item => KeyValuePair.Create(item!["name"]!.ToString(), item["value"]?.ToString() ?? ""))];
    }

    private static JsonObject ClusterInfo(KubeconfigEntry cluster, ClusterConfig config)
    {
        var info = new JsonObject { ["server"] = cluster.Text("server") };
        if (config.TlsServerName is not null)
            info["tls-server-name"] = config.TlsServerName;
        if (config.SkipTlsVerify)
            info["insecure-skip-tls-verify"] = true;
        if (cluster.Pem("certificate-authority") is { } pem)
            info["certificate-authority-data"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
        if (cluster.Text("proxy-url") is { } proxy)
            info["proxy-url"] = proxy;

        var extension = (cluster.Fields["extensions"] as JsonArray ?? [])
            .FirstOrDefault(item => item?["name"]?.ToString() == "client.authentication.k8s.io/exec");
        if (extension?["extension"] is { } own)
            info["config"] = own.DeepClone();
        return info;
    }
}
