using System.Globalization;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Layer4;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain.Streams;

/// <summary>Explains TCP and UDP ports from the same cache and translation that they are served by.</summary>
/// <param name="cache">The cluster's objects.</param>
/// <param name="translation">What they amount to; drained.</param>
internal sealed class StreamExplainer(ClusterCache cache, ClusterTranslation translation)
{
    /// <summary>Explains <paramref name="request"/>.</summary>
    public StreamExplanation Explain(ExplainedStream request)
    {
        var stream = translation.Streams.GetValueOrDefault(request.Key);
        var problems = Problems(request.Key, stream);
        return new StreamExplanation
        {
            Request = request,
            Answer = Answer(request, stream, problems),
            Entry = stream is null ? null : new(stream.Source.Key.ToString(), Field(request.Key)),
            Backend = stream is null ? null : Backend(stream),
            Policies = stream is null ? [] : StreamPolicies.Of(stream, translation.GlobalSettings.Stream, cache.Settings.ConfigMap),
            Problems = [.. problems.Select(ExplainedProblem.Of)],
        };
    }

    private ExplainedAnswer Answer(ExplainedStream request, StreamTranslation? stream, IReadOnlyList<Problem> problems)
    {
        var name = request.Protocol.ToUpperInvariant();
        if (cache.Settings.StreamServices(request.Key.Protocol) is not { } map)
            return Nobody($"--{request.Protocol}-services-configmap names no ConfigMap of {name} ports");
        if (stream is null)
        {
            if (request.Key.Protocol is StreamProtocol.Tcp && cache.Settings.ReservedPorts.GetValueOrDefault(request.Port) is { } owner)
                return Nobody($"port {request.Port} is reserved for {owner}");
            return Nobody(problems.Any(problem => problem.Field == Field(request.Key))
                ? $"the entry for port {request.Port} of ConfigMap {map} can't be served; see the problems"
                : $"ConfigMap {map} names no port {request.Port}");
        }
        if (problems.Any(problem => problem.Reason == ProblemReasons.PortUnavailable && problem.Field == Field(request.Key)))
            return Nobody($"port {request.Port} can't be listened on; see the problems");
        if (stream.Endpoints.Count == 0)
        {
            var end = request.Key.Protocol is StreamProtocol.Tcp ? "connection is closed" : "datagram is dropped";
            return new(502, "gateway", $"none: the {end}, since no endpoint takes traffic");
        }
        return new(0, "pod", $"a pod's: {Pod(request, stream)}");
    }

    private static string Pod(ExplainedStream request, StreamTranslation stream)
    {
        var count = stream.Endpoints.Count;
        if (count == 1)
            return $"the only endpoint, {stream.Endpoints[0]}";
        if (!stream.IsByClient)
            return string.Create(CultureInfo.InvariantCulture, $"each of {count} endpoints in its turn");
        if (request.Peer is not { } client)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the one of {count} endpoints that the client's address chooses (--client ADDRESS tells which)");
        }
        PodAddress[] pods = [.. stream.Endpoints.Select(endpoint => new PodAddress(endpoint.ToString()))];
        return $"{PodOrder.Of(pods, client).First().Text}, which the client's address chooses";
    }

    private ExplainedBackend Backend(StreamTranslation stream) => ExplainedEndpoints.Of(
        stream.Port.Backend, stream.Port.Key.Protocol is StreamProtocol.Tcp ? "TCP" : "UDP",
        [.. stream.Endpoints.Select(endpoint => endpoint.ToString())], [.. stream.Problems.Select(problem => problem.Message)], cache);

    /// <summary>Those of the entry, of its ConfigMap as a whole, and of its Service.</summary>
    private List<Problem> Problems(StreamKey key, StreamTranslation? stream)
    {
        List<Problem> found = cache.Settings.StreamServices(key.Protocol) is null
            ? []
            :
            [
                .. translation.Problems.Of(cache.Streams.Source(key.Protocol))
                    .Where(one => one.Field == Field(key) || one.Field.Length == 0),
            ];
        if (stream?.Port.Backend is not { } backend)
            return found;
        var service = new ObjectKey(backend.Namespace, backend.Service);
        found.AddRange(translation.Problems.Of(new ProblemObject("Service", service)));
        foreach (var slice in cache.Services.Slices(service))
            found.AddRange(translation.Problems.Of(new ProblemObject("EndpointSlice", ObjectKey.Of(slice))));
        return found;
    }

    private static ExplainedAnswer Nobody(string why) => new(0, "gateway", $"none: nobody listens: {why}");

    private static string Field(StreamKey key) => string.Create(CultureInfo.InvariantCulture, $"data.{key.Port}");
}
