namespace YarpIngress.Benchmarks.Processes;

/// <summary>How a process is started.</summary>
/// <param name="Program">Its name, shown to people.</param>
/// <param name="Executable">The file.</param>
/// <param name="Arguments">What it is told.</param>
internal sealed record Launch(string Program, string Executable, params IReadOnlyList<string> Arguments)
{
    /// <summary>The processor that it and its children may use; null for any.</summary>
    public int? Processor { get; init; }

    /// <summary>Whether standard output goes to /dev/null, as an access log that nobody reads; else its last lines are kept.</summary>
    public bool DiscardsOutput { get; init; }

    /// <summary>Added to the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The published controller.</summary>
    public static Launch Controller(params IReadOnlyList<string> arguments) =>
        File.Exists(Repository.Controller)
            ? Managed("yarp-ingress", Repository.Controller, arguments)
            : throw new FileNotFoundException($"{Repository.Controller} is missing: ./build.sh bench publishes it");

    /// <summary>The local cluster, of which benchmarks take the API server only.</summary>
    public static Launch ApiServer(string kubeconfig) => Managed(
        "yarp-ingress-local-cluster",
        Repository.Asset("yarp-ingress-local-cluster.dll"),
        ["--no-controller", "--apiserver-port", "0", "--kubeconfig-out", kubeconfig]);

    /// <summary>Another mode of the benchmarks' own program.</summary>
    public static Launch Self(params IReadOnlyList<string> arguments) =>
        Managed("YarpIngress.Benchmarks " + arguments[0], Repository.Asset("YarpIngress.Benchmarks.dll"), arguments);

    /// <summary>The words that start it: what has to happen first becomes a wrapper that replaces itself by the program.</summary>
    public IReadOnlyList<string> CommandLine()
    {
        List<string> words = [Executable, .. Arguments];
        if (DiscardsOutput)
            words.InsertRange(0, ["/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/null"]);
        if (Processor is { } processor)
            words.InsertRange(0, [Tool.Find("taskset"), "-c", $"{processor}"]);
        return words;
    }

    private static Launch Managed(string program, string assembly, IReadOnlyList<string> arguments) =>
        new(program, System.Environment.ProcessPath!, ["exec", assembly, .. arguments]);
}
