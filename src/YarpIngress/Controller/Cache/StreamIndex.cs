using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation;
using YarpIngress.Translation.Layer4;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Cache;

/// <summary>
/// The TCP and UDP ports that ConfigMaps name, and which Service each leads to. A change marks the ports that it touches.
/// </summary>
internal sealed class StreamIndex
{
    private readonly TranslationSettings _settings;
    private readonly DirtyUnits _dirty;
    private readonly Dictionary<StreamKey, StreamPort> _ports = [];
    private readonly ReverseIndex<StreamKey, ObjectKey> _byService = new();
    private readonly Dictionary<StreamProtocol, EquatableArray<Problem>> _problems = [];

    public StreamIndex(TranslationSettings settings, DirtyUnits dirty)
    {
        (_settings, _dirty) = (settings, dirty);
        foreach (var protocol in Protocols)
            Read(protocol, null);
    }

    /// <summary>Both.</summary>
    public static IReadOnlyList<StreamProtocol> Protocols { get; } = [StreamProtocol.Tcp, StreamProtocol.Udp];

    public StreamPort? Port(StreamKey key) => _ports.GetValueOrDefault(key);

    /// <summary>The ConfigMap that names the ports of a protocol.</summary>
    public ProblemObject Source(StreamProtocol protocol) => new("ConfigMap", _settings.StreamServices(protocol) ?? default);

    /// <summary>What is wrong with that ConfigMap.</summary>
    public EquatableArray<Problem> Problems(StreamProtocol protocol) => _problems.GetValueOrDefault(protocol);

    /// <summary>A ConfigMap is there in this state; null when it is gone.</summary>
    public void Set(ObjectKey key, V1ConfigMap? value)
    {
        foreach (var protocol in Protocols)
        {
            if (_settings.StreamServices(protocol) == key)
                Read(protocol, value);
        }
    }

    /// <summary>A Service or its endpoints changed.</summary>
    public void MarkService(ObjectKey service)
    {
        foreach (var key in _byService.OwnersOf(service))
            _dirty.Streams.Add(key);
    }

    /// <summary>Where the gateway runs is known now.</summary>
    public void MarkAll() => _dirty.Streams.UnionWith(_ports.Keys);

    /// <summary>A port could not be listened on; it is tried again.</summary>
    public void Retry(StreamKey key)
    {
        if (_ports.ContainsKey(key))
            _dirty.ClosedStreams.Add(key);
    }

    private void Read(StreamProtocol protocol, V1ConfigMap? value)
    {
        if (_settings.StreamServices(protocol) is not { } name)
            return;
        var (ports, problems) = StreamPortReader.Read(protocol, name, value, _settings);
        _problems[protocol] = problems;
        _dirty.StreamPorts = true;
        var gone = _ports.Keys.Where(key => key.Protocol == protocol).ToHashSet();
        foreach (var port in ports)
        {
            gone.Remove(port.Key);
            if (_ports.GetValueOrDefault(port.Key) == port)
                continue;
            _ports[port.Key] = port;
            _byService.Replace(port.Key, [new ObjectKey(port.Backend.Namespace, port.Backend.Service)]);
            _dirty.Streams.Add(port.Key);
        }
        foreach (var key in gone)
        {
            _ports.Remove(key);
            _byService.Remove(key);
            _dirty.Streams.Add(key);
        }
    }
}
