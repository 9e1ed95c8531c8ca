using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Backends;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Updates;

/// <content>Backends.</content>
internal sealed partial class ClusterTranslation
{
    private readonly Dictionary<BackendKey, BackendTranslation> _backends = [];

    /// <summary>Every backend's translation.</summary>
    public IReadOnlyDictionary<BackendKey, BackendTranslation> Backends => _backends;

    private void TranslateBackends(ModelDraft draft)
    {
        foreach (var key in cache.Dirty.Backends)
            Guard(
                new("backend", key.ToString()), () => TranslateBackend(key, draft),
                () => [new("Service", new(key.Namespace, key.Service))]);
        cache.Dirty.Backends.Clear();
    }

    private BackendTranslation Translated(BackendKey key)
    {
        var service = new ObjectKey(key.Namespace, key.Service);
        return BackendTranslator.Translate(
            key, cache.Services.Service(service), cache.Services.Slices(service), cache.Services.Endpoints(service), cache.Settings,
            key.Policy?.Tls?.Secret is { } secret ? cache.Secret(secret) : null, cache.Place);
    }

    private void TranslateBackend(BackendKey key, ModelDraft draft)
    {
        var former = _backends.GetValueOrDefault(key);
        BackendTranslation? translation = null;
        if (cache.Selected.IsUsed(key) || key == cache.DefaultBackend)
        {
            _backends[key] = translation = Translated(key);
            if (translation.Backend != former?.Backend)
                draft.BackendsSet.Add(translation.Backend);
        }
        else if (_backends.Remove(key))
            draft.BackendsRemoved.Add(key);

        _problems.Replace(new ProblemSource("backend", key.ToString()), translation?.Problems ?? []);
        if (translation is null || translation.Notices == former?.Notices)
            return;
        foreach (var user in cache.Selected.UsersOf(key))
            cache.Dirty.References.Add(user);
    }
}
