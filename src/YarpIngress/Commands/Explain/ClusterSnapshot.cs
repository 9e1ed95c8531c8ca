using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Following;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;
using YarpIngress.Translation.Ingress.References;

namespace YarpIngress.Commands.Explain;

/// <summary>One look at a live cluster: what the controller would have in its cache.</summary>
internal static class ClusterSnapshot
{
    /// <summary>Reads what may be read; what may not is told in <paramref name="errors"/> and counts as absent.</summary>
    /// <exception cref="ApiException">Ingresses, or what else nothing can be explained without, can't be read.</exception>
    public static async Task<ClusterCache> ReadAsync(
        ApiClient api, Uri server, ControllerOptions options, TextWriter errors, CancellationToken ct)
    {
        var cache = new ClusterCache(options.Translation(server));
        var selected = await SelectedNamespacesAsync(api, options, ct);
        var scope = options.WatchNamespace;

        cache.SetClassesReadable(await TryAddAsync<V1IngressClass>(null, null, cache.Set));
        await AddAsync<V1Ingress>(scope, null, cache.Set);
        await AddAsync<V1Service>(scope, null, cache.Set);
        await AddAsync<V1EndpointSlice>(scope, null, cache.Set);
        await TryAddAsync<V1Endpoints>(scope, null, cache.Set);
        if (options.ConfigMap is { } global)
            await TryAddAsync<V1ConfigMap>(global.Namespace, "metadata.name=" + global.Name, cache.Set);
        foreach (var ports in new[] { options.TcpServicesConfigMap, options.UdpServicesConfigMap })
        {
            if (ports is { } named)
                await TryAddAsync<V1ConfigMap>(named.Namespace, "metadata.name=" + named.Name, cache.Set);
        }
        if (await TryAddAsync<V1Secret>(scope, "type=" + ClusterFeed.TlsSecretType, cache.Set))
            await AddReferencedSecretsAsync(api, cache, ct);
        var unread = cache.Named.All.Where(named => named.Kind is NamedKind.ConfigMap && cache.ConfigMap(named.Key) is null);
        foreach (var named in unread.ToList())
            await AddConfigMapAsync(api, cache, named.Key, ct);
        return cache;

        async Task<bool> TryAddAsync<T>(string? ns, string? fields, Action<T> set)
            where T : class, IKubernetesObject<T>
        {
            try
            {
                await AddAsync(ns, fields, set);
                return true;
            }
            catch (ApiException error) when (error.StatusCode is 403 or 404)
            {
                await errors.WriteLineAsync($"yarp-ingress: {T.Resource.Plural} can't be read, going on without: {error.Message}");
                return false;
            }
        }

        async Task AddAsync<T>(string? ns, string? fields, Action<T> set)
            where T : class, IKubernetesObject<T>
        {
            var list = await api.ListAllAsync<T>(T.Resource.Namespaced ? ns : null, new ListQuery { FieldSelector = fields }, ct);
            foreach (var item in list.Items)
                if (!T.Resource.Namespaced || selected is null || selected.Contains(item.Metadata.NamespaceProperty ?? ""))
                    set(item);
            foreach (var malformed in list.Malformed)
                if (malformed.Key is { } key)
                    cache.SetMalformed(T.Resource.Kind, key, malformed.Error);
        }
    }

    private static async Task<HashSet<string>?> SelectedNamespacesAsync(ApiClient api, ControllerOptions options, CancellationToken ct)
    {
        if (options.WatchNamespaceSelector is not { } selector)
            return null;
        var list = await api.ListAllAsync<V1Namespace>(null, new ListQuery { LabelSelector = selector }, ct);
        return [.. list.Items.Select(item => item.Metadata.Name ?? "")];
    }

    private static async Task AddConfigMapAsync(ApiClient api, ClusterCache cache, ObjectKey key, CancellationToken ct)
    {
        try
        {
            cache.Set(await api.GetAsync<V1ConfigMap>(key.Namespace, key.Name, ct));
        }
        catch (ApiException error) when (error.StatusCode is 403 or 404)
        {
            return; // Its absence is a problem of the Ingress, which the translation tells.
        }
    }

    private static async Task AddReferencedSecretsAsync(ApiClient api, ClusterCache cache, CancellationToken ct)
    {
        var named = cache.Named.All.Where(named => named.Kind is NamedKind.Secret).Select(named => named.Key);
        foreach (var key in cache.ReferencedSecrets.Concat(named).Where(key => cache.Secret(key) is null).Distinct().ToList())
        {
            try
            {
                cache.Set(await api.GetAsync<V1Secret>(key.Namespace, key.Name, ct));
            }
            catch (ApiException error) when (error.StatusCode is 403 or 404)
            {
                continue; // Its absence is a problem of the Ingress, which the translation tells.
            }
        }
    }
}
