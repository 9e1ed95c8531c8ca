namespace YarpIngress.Kubernetes;

/// <summary>What every pod finds: the API server's address in its environment and a mounted service account.</summary>
internal static class InClusterConfig
{
    public static ClusterConfig? TryLoad(ClusterEnvironment environment)
    {
        var host = environment.Variable("KUBERNETES_SERVICE_HOST");
        var port = environment.Variable("KUBERNETES_SERVICE_PORT");
        var token = Path.Combine(environment.ServiceAccountDirectory, "token");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port) || !File.Exists(token))
            return null;

        var authorities = Path.Combine(environment.ServiceAccountDirectory, "ca.crt");
        if (!File.Exists(authorities))
            throw new ClusterConfigException($"The pod's service account has no {authorities}, so the API server can't be trusted.");

        var bracketed = host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;
        return new ClusterConfig
        {
            Server = ServerUrl.Parse($"https://{bracketed}:{port}", secure: true, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT"),
            Namespace = ReadNamespace(environment.ServiceAccountDirectory),
            CertificateAuthorities = Pem.AuthoritiesFromFile(authorities, "the service account"),
            Credentials = Credentials.BearerTokenFile(token),
            Source = "in-cluster service account",
        };
    }

    private static string ReadNamespace(string directory)
    {
        var file = Path.Combine(directory, "namespace");
        var name = File.Exists(file) ? File.ReadAllText(file).Trim() : "";
        return name.Length > 0 ? name : "default";
    }
}
