using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller.Cache;

/// <content>Secrets and ConfigMaps, which are here since something names them.</content>
internal sealed partial class ClusterCache
{
    private readonly Dictionary<ObjectKey, V1Secret> _secrets = [];
    private readonly Dictionary<ObjectKey, V1ConfigMap> _configMaps = [];

    /// <summary>ConfigMaps and Secrets that annotations and settings name.</summary>
    public NamedObjects Named { get; }

    /// <summary>The ConfigMap of <c>--configmap</c>; null while it does not exist.</summary>
    public V1ConfigMap? GlobalConfigMap { get; private set; }

    /// <summary>Every Secret that an Ingress of ours or a flag names: the only ones that have to be watched.</summary>
    public IEnumerable<ObjectKey> ReferencedSecrets =>
        Settings.DefaultCertificate is { } certificate && Selected.UsersOfSecret(certificate).Count == 0
            ? [.. Selected.Secrets, certificate]
            : Selected.Secrets;

    public V1Secret? Secret(ObjectKey key) => _secrets.GetValueOrDefault(key);

    public V1ConfigMap? ConfigMap(ObjectKey key) => _configMaps.GetValueOrDefault(key);

    public bool IsReferencedSecret(ObjectKey key) => Settings.DefaultCertificate == key || Selected.UsersOfSecret(key).Count > 0;

    public void Set(V1Secret value)
    {
        var key = ObjectKey.Of(value);
        Decoded("Secret", key);
        _secrets[key] = value;
        MarkSecret(key);
    }

    public void RemoveSecret(ObjectKey key)
    {
        Decoded("Secret", key);
        if (_secrets.Remove(key))
            MarkSecret(key);
    }

    private void MarkSecret(ObjectKey key)
    {
        if (IsReferencedSecret(key))
            Dirty.Certificates.Add(key);
        Named.MarkUsers(new NamedObject(NamedKind.Secret, key));
    }

    public void Set(V1ConfigMap value)
    {
        var key = ObjectKey.Of(value);
        Decoded("ConfigMap", key);
        _configMaps[key] = value;
        Named.MarkUsers(new NamedObject(NamedKind.ConfigMap, key));
        SetGlobal(key, value);
        Streams.Set(key, value);
    }

    public void RemoveConfigMap(ObjectKey key)
    {
        Decoded("ConfigMap", key);
        if (_configMaps.Remove(key))
            Named.MarkUsers(new NamedObject(NamedKind.ConfigMap, key));
        SetGlobal(key, null);
        Streams.Set(key, null);
    }

    private void SetGlobal(ObjectKey key, V1ConfigMap? value)
    {
        if (key != Settings.ConfigMap)
            return;
        GlobalConfigMap = value;
        Dirty.GlobalSettings = true;
        Named.Set(new ProblemObject("ConfigMap", key), GlobalSettingsReader.Objects(value), OnNamed);
    }

    private void OnNamed(NamedObject value)
    {
        if (!Named.IsNamed(value))
        {
            Named.Forget(value);
            // Nothing tells of its changes any more. Without a reader everything stays that was set.
            if (Named.Reader is not null && value.Kind is NamedKind.ConfigMap && value.Key != Settings.ConfigMap)
                _configMaps.Remove(value.Key);
        }
        else if (value.Kind is NamedKind.ConfigMap ? !_configMaps.ContainsKey(value.Key) : !_secrets.ContainsKey(value.Key))
        {
            Named.Want(value);
        }
        else if (value.Kind is NamedKind.Secret && !NamedReadings.IsWatched(_secrets[value.Key]))
        {
            Named.Renew(value);
        }
    }
}
