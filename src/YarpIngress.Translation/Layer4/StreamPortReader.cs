using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Layer4;

/// <summary>Reads the ConfigMap of <c>--tcp-services-configmap</c> or <c>--udp-services-configmap</c>.</summary>
public static class StreamPortReader
{
    /// <summary>
    /// The ports that <paramref name="value"/> names; what is wrong with an entry is a problem, and the others are served.
    /// </summary>
    /// <param name="protocol">Which of the two.</param>
    /// <param name="key">Where it is.</param>
    /// <param name="value">The ConfigMap; null when it does not exist.</param>
    /// <param name="settings">What the flags say.</param>
    public static (EquatableArray<StreamPort> Ports, EquatableArray<Problem> Problems) Read(
        StreamProtocol protocol, ObjectKey key, V1ConfigMap? value, TranslationSettings settings)
    {
        var about = new ProblemObject("ConfigMap", key);
        var name = protocol is StreamProtocol.Tcp ? "TCP" : "UDP";
        if (value is null)
            return ([], [new Problem
            {
                Object = about,
                Reason = ProblemReasons.ConfigMapNotFound,
                Severity = ProblemSeverity.Warning,
                Message = $"the ConfigMap of --{name.ToLowerInvariant()}-services-configmap does not exist; no {name} port is served",
            }]);

        var ports = new List<StreamPort>();
        var problems = new ProblemList(about);
        foreach (var (port, text) in (value.Data ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (Read(protocol, port, text ?? "", settings, problems) is { } served)
                ports.Add(served);
        }
        return (ports.OrderBy(port => port.Key.Port).ToEquatableArray(), problems.Finish().ToEquatableArray());
    }

    private static StreamPort? Read(
        StreamProtocol protocol, string port, string text, TranslationSettings settings, ProblemList problems)
    {
        var field = $"data.{port}";
        StreamKey key;
        try
        {
            key = new StreamKey(protocol, StreamPortText.Port(port));
        }
        catch (FormatException error)
        {
            problems.Error(ProblemReasons.InvalidStreamPort, field, $"key {Quoted.Value(port)} {error.Message}; it is not served");
            return null;
        }
        if (protocol is StreamProtocol.Tcp && settings.ReservedPorts.GetValueOrDefault(key.Port) is { } owner)
        {
            problems.Error(
                ProblemReasons.InvalidStreamPort, field,
                $"port {key.Port} is reserved for {owner}; it is not served by this entry");
            return null;
        }
        try
        {
            var read = StreamPortText.Read(key, text);
            if (protocol is StreamProtocol.Tcp || !(read.TakesProxyHeader || read.SendsProxyHeader))
                return read;
            problems.Warning(
                ProblemReasons.InvalidStreamPort, field,
                $"value {Quoted.Value(text)} asks for the PROXY protocol, which is for TCP only; datagrams pass without");
            return read with { TakesProxyHeader = false, SendsProxyHeader = false };
        }
        catch (FormatException error)
        {
            problems.Error(
                ProblemReasons.InvalidStreamPort, field,
                $"value {Quoted.Value(text)} {error.Message}; port {key.Port} is not served");
            return null;
        }
    }
}
