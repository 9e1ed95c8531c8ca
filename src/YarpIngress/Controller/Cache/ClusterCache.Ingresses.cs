using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller.Cache;

/// <content>Ingresses, and which of them are ours.</content>
internal sealed partial class ClusterCache
{
    private readonly Dictionary<ObjectKey, V1Ingress> _ingresses = [];
    private readonly ReverseIndex<ObjectKey, string> _byClass = new();
    private GlobalSettings _global = new();

    /// <summary>The Ingresses that are ours.</summary>
    public IngressIndex Selected { get; }

    public IngressClasses Classes { get; } = new();

    /// <summary>All Ingresses, also those of other controllers.</summary>
    public IReadOnlyCollection<V1Ingress> Ingresses => _ingresses.Values;

    public V1Ingress? Ingress(ObjectKey key) => _ingresses.GetValueOrDefault(key);

    /// <summary>Whose <paramref name="ingress"/> is, and why.</summary>
    public SelectionOutcome Decide(V1Ingress ingress) => IngressSelection.Decide(ingress, Classes, Settings);

    public void Set(V1Ingress value)
    {
        var key = ObjectKey.Of(value);
        Decoded("Ingress", key);
        _ingresses[key] = value;
        _byClass.Replace(key, IngressSelection.DependsOn(value) is { } name ? [name] : []);
        Select(value, key);
    }

    public void RemoveIngress(ObjectKey key)
    {
        Decoded("Ingress", key);
        _ingresses.Remove(key);
        _byClass.Remove(key);
        Deselect(key);
    }

    public void Set(V1IngressClass value)
    {
        var key = ObjectKey.Of(value);
        Decoded("IngressClass", key);
        Reselect(key.Name, Classes.Set(value));
    }

    public void RemoveIngressClass(string name)
    {
        Decoded("IngressClass", new ObjectKey("", name));
        Reselect(name, Classes.Remove(name));
    }

    /// <summary>Says whether IngressClasses can be read at all; see <see cref="IngressClasses.Readable"/>.</summary>
    public void SetClassesReadable(bool readable)
    {
        if (Classes.Readable == readable)
            return;
        Classes.Readable = readable;
        foreach (var (key, ingress) in _ingresses)
            Select(ingress, key);
    }

    /// <summary>Says by what settings Ingresses are read; a change of those that they are read by touches them all.</summary>
    public void SetGlobalSettings(GlobalSettings settings)
    {
        var former = _global;
        _global = settings;
        if (settings.Routes == former.Routes && settings.AllowCrossNamespace == former.AllowCrossNamespace
            && settings.Restrictions == former.Restrictions
            && settings.LogsAuthRequests == former.LogsAuthRequests)
            return;
        foreach (var (key, ingress) in _ingresses)
            Select(ingress, key);
    }

    private void Select(V1Ingress value, ObjectKey key)
    {
        if (Decide(value).IsOurs())
            Select(IngressParser.Parse(value, Settings, _global));
        else
            Deselect(key);
    }

    private void Select(ParsedIngress value)
    {
        Selected.Set(value);
        Named.Set(value.ProblemObject, value.Objects, OnNamed);
    }

    private void Deselect(ObjectKey key)
    {
        Selected.Remove(key);
        Named.Set(new ProblemObject("Ingress", key), [], OnNamed);
    }

    private void Reselect(string className, bool defaultChanged)
    {
        foreach (var key in _byClass.OwnersOf(className))
            Select(_ingresses[key], key);
        if (!defaultChanged)
            return;
        foreach (var key in _byClass.OwnersOf(""))
            Select(_ingresses[key], key);
    }
}
