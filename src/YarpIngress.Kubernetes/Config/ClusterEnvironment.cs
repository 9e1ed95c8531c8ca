namespace YarpIngress.Kubernetes;

/// <summary>What of the machine decides the configuration; a value so that it can be tried without changing the process.</summary>
internal sealed record ClusterEnvironment
{
    public static ClusterEnvironment Process { get; } = new();

    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public string ServiceAccountDirectory { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The list of <c>$KUBECONFIG</c>, else the default file.</summary>
    public IReadOnlyList<string> KubeconfigFiles()
    {
        var list = (Variable("KUBECONFIG") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (list.Length > 0)
            return list;

        var home = Variable("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return [Path.Combine(home, ".kube", "config")];
    }
}
