using System.Globalization;
using YarpIngress.Options;
using YarpIngress.Translation;

namespace YarpIngress.LocalCluster.CommandLine;

/// <summary>The program's flags.</summary>
internal sealed record LocalClusterArguments
{
    private static readonly string[] Known =
        ["apiserver-port", "kubeconfig-out", "apply", "no-controller", "http-port", "https-port", "healthz-port", "help"];

    public int ApiServerPort { get; private init; } = 6443;

    public string KubeconfigOut { get; private init; } = "local.kubeconfig";

    /// <summary>What to apply at the start; null when the flag was not given.</summary>
    public IReadOnlyList<string>? Apply { get; private init; }

    public bool NoController { get; private init; }

    public int HttpPort { get; private init; } = 8080;

    public int HttpsPort { get; private init; } = 8443;

    public int HealthzPort { get; private init; } = 10254;

    public bool Help { get; private init; }

    public static string HelpText =>
        """
        An in-memory Kubernetes cluster on loopback addresses: API server, Services, pods that are echo servers, and the ingress controller.

          --apiserver-port PORT   port of the API server on 127.0.0.1 (6443; 0 picks one)
          --kubeconfig-out FILE   where to write the administrator's kubeconfig (./local.kubeconfig)
          --apply PATH...         manifests to apply at the start, files or directories (examples/quickstart; nothing with --no-controller)
          --no-controller         API server, Services and pods only
          --http-port PORT        the gateway's port for HTTP (8080; 0 picks one)
          --https-port PORT       the gateway's port for HTTPS (8443; 0 picks one)
          --healthz-port PORT     the gateway's admin port (10254; 0 picks one)
        """;

    /// <exception cref="UsageException">A flag is unknown, or its value is wrong.</exception>
    public static LocalClusterArguments Parse(IReadOnlyList<string> args)
    {
        var so = new LocalClusterArguments();
        for (var i = 0; i < args.Count; i++)
        {
            var argument = args[i];
            if (!argument.StartsWith('-'))
                throw new UsageException($"unexpected argument \"{argument}\"; flags begin with --");
            var equals = argument.IndexOf('=');
            var name = (equals < 0 ? argument : argument[..equals]).TrimStart('-');
            var attached = equals < 0 ? null : argument[(equals + 1)..];
            if (name == "h")
                name = "help";
            if (name == "apply")
            {
                var paths = new List<string>(so.Apply ?? []);
                if (attached is not null)
                    paths.Add(attached);
                while (attached is null && i + 1 < args.Count && !args[i + 1].StartsWith('-'))
                    paths.Add(args[++i]);
                if (paths.Count == (so.Apply?.Count ?? 0))
                    throw new UsageException("flag --apply needs at least one file or directory");
                so = so with { Apply = paths };
            }
            else if (name is "no-controller" or "help")
            {
                var value = Switch(name, attached);
                so = name == "help" ? so with { Help = value } : so with { NoController = value };
            }
            else if (Known.Contains(name))
            {
                if (attached is null && i + 1 == args.Count)
                    throw new UsageException($"flag --{name} needs a value: --{name}=VALUE");
                so = Set(so, name, attached ?? args[++i]);
            }
            else
            {
                var nearest = NearestName.Find(name, Known) is { } match ? $"; did you mean --{match}?" : "";
                throw new UsageException($"unknown flag --{name}{nearest} (--help lists all flags)");
            }
        }

        return so;
    }

    private static LocalClusterArguments Set(LocalClusterArguments so, string name, string value) => name switch
    {
        "kubeconfig-out" => value.Length > 0
            ? so with { KubeconfigOut = value }
            : throw new UsageException("--kubeconfig-out=: the name of a file"),
        "apiserver-port" => so with { ApiServerPort = Port(name, value) },
        "http-port" => so with { HttpPort = Port(name, value) },
        "https-port" => so with { HttpsPort = Port(name, value) },
        _ => so with { HealthzPort = Port(name, value) },
    };

    private static bool Switch(string name, string? value) => value switch
    {
        null or "true" => true,
        "false" => false,
        _ => throw new UsageException($"--{name}={value}: true or false"),
    };

    private static int Port(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new UsageException($"--{name}={value}: a port from 0 to 65535; 0 picks one");
}
