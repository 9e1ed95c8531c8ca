using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes;

/// <summary>One context of a kubeconfig as a configuration.</summary>
internal static class KubeconfigResolver
{
    public static ClusterConfig Resolve(Kubeconfig kubeconfig, string? context, ClusterEnvironment environment)
    {
        var name = context is { Length: > 0 } ? context : kubeconfig.CurrentContext;
        if (name is not { Length: > 0 })
            throw new ClusterConfigException(
                $"kubeconfig {kubeconfig.Name} has no current-context; name one with --context. {Known(kubeconfig.Contexts, "contexts")}");

        var entry = kubeconfig.Contexts.GetValueOrDefault(name)
            ?? throw new ClusterConfigException(
                $"kubeconfig {kubeconfig.Name} has no context \"{name}\". {Known(kubeconfig.Contexts, "contexts")}");
        var clusterName = entry.Text("cluster") ?? throw entry.Error("cluster", "is missing.");
        var cluster = kubeconfig.Clusters.GetValueOrDefault(clusterName)
            ?? throw entry.Error("cluster", $"names \"{clusterName}\", which is not there. {Known(kubeconfig.Clusters, "clusters")}");

        var config = Cluster(cluster) with
        {
            Namespace = entry.Text("namespace") ?? "default",
            Source = $"kubeconfig {kubeconfig.Name}, context {name}",
        };

        if (entry.Text("user") is not { } userName)
            return config;

        var user = kubeconfig.Users.GetValueOrDefault(userName)
            ?? throw entry.Error("user", $"names \"{userName}\", which is not there. {Known(kubeconfig.Users, "users")}");
        return config with
        {
            Credentials = UserCredentials(user, cluster, config, environment),
            ClientCertificate = Certificate(user),
            Impersonate = Impersonate(user),
        };
    }

    private static ClusterConfig Cluster(KubeconfigEntry cluster)
    {
        var authorities = cluster.Pem("certificate-authority") is { } pem
            ? Pem.Authorities(pem, cluster.At("certificate-authority"))
            : null;
        var skip = cluster.Flag("insecure-skip-tls-verify");
        if (skip && authorities is not null)
            throw cluster.Error("insecure-skip-tls-verify", "can't be true together with certificate-authority; remove one of them.");

        var server = cluster.Text("server") ?? throw cluster.Error("server", "is missing.");
        var proxy = cluster.Text("proxy-url");
        Uri? proxyUrl = null;
        if (proxy is not null
            && !(Uri.TryCreate(proxy, UriKind.Absolute, out proxyUrl) && proxyUrl.Scheme is "http" or "https" or "socks5"))
        {
            throw cluster.Error("proxy-url", "is not an http://, https:// or socks5:// URL.");
        }

        if (proxy is not null && cluster.Text("tls-server-name") is not null)
            throw cluster.Error("tls-server-name", "is not supported together with proxy-url.");

        return new ClusterConfig
        {
            Server = ServerUrl.Parse(server, secure: skip || authorities is not null, cluster.At("server")),
            CertificateAuthorities = authorities,
            SkipTlsVerify = skip,
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = proxyUrl,
        };
    }

    private static Credentials UserCredentials(
        KubeconfigEntry user, KubeconfigEntry cluster, ClusterConfig config, ClusterEnvironment environment)
    {
        if (user.Fields["auth-provider"] is not null)
            throw user.Error("auth-provider", "is no longer supported by Kubernetes clients; use an exec plugin.");

        if (user.Fields["exec"] is { } exec)
        {
            if (user.Text("token") is not null || user.Text("tokenFile") is not null || user.Text("username") is not null)
                throw user.Error("exec", "can't be combined with token, tokenFile or username.");
            return ExecPlugin.Read(user, exec as JsonObject ?? throw user.Error("exec", "is not a mapping."), cluster, config, environment);
        }

        // As kubectl does: the file wins, since it may have been renewed.
        if (user.FilePath("tokenFile") is { } file)
            return Credentials.BearerTokenFile(file);
        if (user.Text("token") is { } token)
            return Credentials.BearerToken(token);
        return user.Text("username") is { } name ? Credentials.Basic(name, user.Text("password") ?? "") : Credentials.Anonymous;
    }

    private static ClientCertificate? Certificate(KubeconfigEntry user)
    {
        var (certificate, key) = (user.Pem("client-certificate"), user.Pem("client-key"));
        return (certificate, key) switch
        {
            (null, null) => null,
            (not null, not null) => ClientCertificate.FromPem(certificate, key, user.At("client-certificate and client-key")),
            (null, _) => throw user.Error("client-certificate", "is missing although client-key is set."),
            _ => throw user.Error("client-key", "is missing although client-certificate is set."),
        };
    }

    private static Impersonation? Impersonate(KubeconfigEntry user)
    {
        if (user.Text("as") is not { } name)
            return null;

        return new Impersonation
        {
            User = name,
            Uid = user.Text("as-uid"),
            Groups = Texts(user, "as-groups", user.Fields["as-groups"]),
            Extra = (user.Fields["as-user-extra"] as JsonObject ?? [])
                .ToDictionary(field => field.Key, field => Texts(user, $"as-user-extra.{field.Key}", field.Value)),
        };
    }

    private static IReadOnlyList<string> Texts(KubeconfigEntry user, string field, JsonNode? node) => node switch
    {
        null => [],
        JsonArray list when list.All(item => item is JsonValue) => [.. list.Select(item => item!.ToString())],
        _ => throw user.Error(field, "is not a list of texts."),
    };

    private static string Known(Dictionary<string, KubeconfigEntry> entries, string what) =>
        entries.Count == 0 ? $"It has no {what}." : $"It has the {what} {string.Join(", ", entries.Keys.Order(StringComparer.Ordinal))}.";
}
