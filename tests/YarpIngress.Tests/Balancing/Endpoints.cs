using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using YarpIngress.Pipeline.Balancing;

namespace YarpIngress.Tests.Balancing;

/// <summary>Endpoints that nobody listens at.</summary>
internal static class Endpoints
{
    public static DestinationState Named(string id) =>
        new(id, new DestinationModel(new DestinationConfig { Address = $"http://{id}" }));

    public static EndpointSet Equal(int count) => Weighted([.. Enumerable.Repeat(1, count)]);

    public static EndpointSet Weighted(params int[] weights)
    {
        var source = weights.Select((_, i) => Named($"10.0.{i / 256}.{i % 256}:8080")).ToArray();
        return new EndpointSet(source, endpoint => new EndpointLoad(endpoint, weights[Array.IndexOf(source, endpoint)]));
    }

    /// <summary>How often each was chosen.</summary>
    public static int[] Counts(EndpointSet set, int choices, Func<int, int> choose)
    {
        var counts = new int[set.Endpoints.Length];
        for (var i = 0; i < choices; i++)
            counts[choose(i)]++;
        return counts;
    }
}
