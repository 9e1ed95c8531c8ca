using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Kubernetes;

/// <summary>How to reach an API server and who we are to it.</summary>
public sealed record ClusterConfig
{
    /// <summary>Scheme, host, port and, behind some gateways, a path.</summary>
    public required Uri Server { get; init; }

    /// <summary>Namespace of the service account or of the context.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The only authorities that the server's certificate may come from; the system's when null.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>Whether any server certificate will do.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The name to ask for and to check instead of the URL's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>
    /// The proxy to go through. Proxies of the environment are never
    /// used: pods often have them, and the API server is near.
    /// </summary>
    public Uri? Proxy { get; init; }

    /// <summary>Who we are, beside a client certificate.</summary>
    public Credentials Credentials { get; init; } = Credentials.Anonymous;

    /// <summary>Our certificate; one that comes with <see cref="Credentials"/> wins.</summary>
    public ClientCertificate? ClientCertificate { get; init; }

    /// <summary>Whom to act as; null for ourselves.</summary>
    public Impersonation? Impersonate { get; init; }

    /// <summary>Where this comes from, for logs and errors.</summary>
    public string Source { get; init; } = "code";

    /// <summary>Explicit file, else the service account of the pod, else <c>$KUBECONFIG</c>, else <c>~/.kube/config</c>.</summary>
    /// <exception cref="ClusterConfigException">None of them is there, or the one that is has an error.</exception>
    public static ClusterConfig Load(ClusterConfigOptions options) => Load(options, ClusterEnvironment.Process);

    /// <summary>One kubeconfig file.</summary>
    /// <exception cref="ClusterConfigException">The file is missing or has an error.</exception>
    public static ClusterConfig FromKubeconfig(string path, string? context = null) =>
        KubeconfigResolver.Resolve(Kubeconfig.ReadFile(path), context, ClusterEnvironment.Process);

    internal static ClusterConfig Load(ClusterConfigOptions options, ClusterEnvironment environment)
    {
        if (options.CertificateAuthority is { Length: > 0 } && string.IsNullOrEmpty(options.ApiServerHost))
            throw new ClusterConfigException("--certificate-authority needs --apiserver-host; a kubeconfig names its own authority.");

        if (string.IsNullOrEmpty(options.ApiServerHost))
            return LoadConfigured(options, environment);

        // With a URL given, a kubeconfig is only read when it is asked for: it then says who we are.
        var named = options.Kubeconfig is { Length: > 0 } || options.Context is { Length: > 0 };
        var config = named
            ? LoadConfigured(options, environment)
            : new ClusterConfig { Server = ServerUrl.Parse(options.ApiServerHost, secure: false, "--apiserver-host") };

        var authorities = options.CertificateAuthority is { Length: > 0 } file
            ? Pem.AuthoritiesFromFile(file, "--certificate-authority")
            : config.CertificateAuthorities;
        return config with
        {
            Server = ServerUrl.Parse(options.ApiServerHost, secure: authorities is not null, "--apiserver-host"),
            CertificateAuthorities = authorities,
            Source = named ? $"--apiserver-host with {config.Source}" : "--apiserver-host",
        };
    }

    private static ClusterConfig LoadConfigured(ClusterConfigOptions options, ClusterEnvironment environment)
    {
        if (options.Kubeconfig is { Length: > 0 } path)
            return KubeconfigResolver.Resolve(Kubeconfig.ReadFile(path), options.Context, environment);

        // A context can only mean a kubeconfig.
        if (string.IsNullOrEmpty(options.Context) && InClusterConfig.TryLoad(environment) is { } inCluster)
            return inCluster;

        var files = environment.KubeconfigFiles();
        return Kubeconfig.ReadMerged(files) is { } merged
            ? KubeconfigResolver.Resolve(merged, options.Context, environment)
            : throw new ClusterConfigException(
                "No way to an API server: --kubeconfig is not given, this is not a pod with a service account "
                + $"(KUBERNETES_SERVICE_HOST and {environment.ServiceAccountDirectory}/token), "
                + $"and there is no {string.Join(" or ", files)}.");
    }

    /// <summary>The server and where the configuration comes from; never credentials.</summary>
    public override string ToString() => $"{Server} ({Source})";
}
