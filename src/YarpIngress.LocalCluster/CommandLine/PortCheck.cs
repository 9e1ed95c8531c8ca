using YarpIngress.Options;

namespace YarpIngress.LocalCluster.CommandLine;

/// <summary>Looks before the start whether the ports are free, so that the message can name the flag.</summary>
internal static class PortCheck
{
    /// <exception cref="UsageException">Two flags name the same port.</exception>
    /// <exception cref="IOException">A port can't be had.</exception>
    public static void Check(LocalClusterArguments arguments)
    {
        var ports = new List<(string Flag, int Port)> { ("apiserver-port", arguments.ApiServerPort) };
        if (!arguments.NoController)
            ports.AddRange(
                [("http-port", arguments.HttpPort), ("https-port", arguments.HttpsPort), ("healthz-port", arguments.HealthzPort)]);
        foreach (var twice in ports.Where(port => port.Port != 0).GroupBy(port => port.Port).Where(group => group.Count() > 1))
            throw new UsageException(
                $"{string.Join(" and ", twice.Select(port => $"--{port.Flag}"))} are both {twice.Key}; each needs a port of its own");
        foreach (var (flag, port) in ports)
        {
            if (port != 0 && PortRefusal.Of(port) is { } reason)
                throw new IOException($"--{flag}={port}: {reason}; --{flag}=0 picks a free port");
        }
    }
}
