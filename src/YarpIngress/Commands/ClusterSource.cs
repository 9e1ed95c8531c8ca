using YarpIngress.Commands.Explain;
using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;
using YarpIngress.Options;

namespace YarpIngress.Commands;

/// <summary>The objects that a command speaks of: those of manifests, or else of a live cluster.</summary>
internal static class ClusterSource
{
    /// <summary>Reads them once.</summary>
    /// <exception cref="UsageException">They can't be read.</exception>
    public static async Task<ClusterCache> ReadAsync(
        string command, ControllerOptions options, IReadOnlyList<string> paths, TextReader input, TextWriter errors, CancellationToken ct)
    {
        try
        {
            if (paths.Count > 0)
            {
                var files = ManifestCluster.Read(options.Translation(), paths, input);
                if (files is { HasServices: true, HasEndpoints: false })
                    await errors.WriteLineAsync(
                        $"{command}: these files hold no EndpointSlices; that Services have no endpoints says nothing about a cluster");
                return files.Cache;
            }
            var cluster = ClusterConfig.Load(options.Cluster());
            using var api = new ApiClient(cluster);
            return await ClusterSnapshot.ReadAsync(api, cluster.Server, options, errors, ct);
        }
        catch (Exception error) when (error is ManifestException or ClusterConfigException or ApiException)
        {
            throw new UsageException($"{command}: {error.Message}");
        }
    }
}
