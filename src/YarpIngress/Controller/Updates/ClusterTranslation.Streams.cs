using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Layer4;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Updates;

/// <content>TCP and UDP ports.</content>
internal sealed partial class ClusterTranslation
{
    private readonly Dictionary<StreamKey, StreamTranslation> _streams = [];

    /// <summary>Every TCP and UDP port's translation.</summary>
    public IReadOnlyDictionary<StreamKey, StreamTranslation> Streams => _streams;

    private void TranslateStreams(DirtyUnits dirty, ModelDraft draft)
    {
        foreach (var protocol in dirty.StreamPorts ? StreamIndex.Protocols : [])
            _problems.Replace(new ProblemSource("streams", protocol.ToString()), cache.Streams.Problems(protocol));
        dirty.Streams.UnionWith(dirty.ClosedStreams);
        foreach (var key in dirty.Streams)
            Guard(new("stream", key.ToString()), () => TranslateStream(key, draft), () => [cache.Streams.Source(key.Protocol)]);
    }

    private void TranslateStream(StreamKey key, ModelDraft draft)
    {
        var former = _streams.GetValueOrDefault(key);
        StreamTranslation? translation = null;
        if (cache.Streams.Port(key) is { } port)
        {
            var service = new ObjectKey(port.Backend.Namespace, port.Backend.Service);
            _streams[key] = translation = StreamTranslator.Translate(
                port, cache.Streams.Source(key.Protocol), cache.Services.Service(service), cache.Services.Slices(service),
                cache.Services.Endpoints(service), cache.Settings, cache.Place);
            if (translation != former || cache.Dirty.ClosedStreams.Contains(key))
                draft.StreamsSet.Add(translation);
        }
        else if (_streams.Remove(key))
            draft.StreamsRemoved.Add(key);
        _problems.Replace(new ProblemSource("stream", key.ToString()), translation?.Problems ?? []);
    }
}
