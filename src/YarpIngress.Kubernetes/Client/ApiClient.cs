using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>
/// Reads and writes objects of an API server. Thread-safe; one per process is enough. Whatever goes wrong is an
/// <see cref="ApiException"/>.
/// </summary>
public sealed class ApiClient : IDisposable
{
    private const string Json = "application/json";
    private const int PageSize = 500;

    /// <summary>How much longer than agreed a watch may stay open before we take it for dead.</summary>
    private static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(30);

    private readonly ApiTransport _transport;

    /// <summary>A client of the API server that <paramref name="config"/> describes; nothing is sent yet.</summary>
    public ApiClient(ClusterConfig config, ILoggerFactory? log = null, TimeProvider? time = null)
    {
        Config = config;
        _transport = new ApiTransport(config, (log ?? NullLoggerFactory.Instance).CreateLogger<ApiClient>(), time ?? TimeProvider.System);
    }

    /// <summary>Where it goes.</summary>
    public ClusterConfig Config { get; }

    /// <summary>Requests that failed since the start, those included that were repeated and then succeeded.</summary>
    public ApiErrorCounts Errors => _transport.Errors;

    /// <summary>One object.</summary>
    public Task<T> GetAsync<T>(string? namespaceName, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T> =>
        SendAsync<T>(new ApiRequest(HttpMethod.Get, T.Resource.ObjectPath(namespaceName, name)), cancellationToken);

    /// <summary>One page of a list; all of it when the query has no limit.</summary>
    public async Task<ObjectList<T>> ListAsync<T>(string? namespaceName, ListQuery? query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T>
    {
        query ??= new ListQuery();
        var path = new QueryText(T.Resource.CollectionPath(namespaceName))
            .Add("labelSelector", query.LabelSelector)
            .Add("fieldSelector", query.FieldSelector)
            .Add("limit", query.Limit)
            .Add("continue", query.Continue)
            .Add("resourceVersion", query.ResourceVersion);
        return await ReadAsync(
            new ApiRequest(HttpMethod.Get, path.ToString()) { Verb = "list" },
            response => new ListReader<T>(response).ReadAsync(),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All pages of a list. When the server forgets the list half-way (410), it is read again in one piece.</summary>
    public async Task<ObjectList<T>> ListAllAsync<T>(string? namespaceName, ListQuery? query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T>
    {
        var items = new List<T>();
        var malformed = new List<MalformedObject>();
        string? version = null;
        await foreach (var page in PagesAsync<T>(namespaceName, query ?? new ListQuery(), cancellationToken).ConfigureAwait(false))
        {
            if (page.StartsOver)
            {
                items.Clear();
                malformed.Clear();
            }

            items.AddRange(page.List.Items);
            malformed.AddRange(page.List.Malformed);
            version = page.List.ResourceVersion;
        }

        return new ObjectList<T> { Items = items, Malformed = malformed, ResourceVersion = version };
    }

    /// <summary>The pages of a list as they come.</summary>
    internal async IAsyncEnumerable<(ObjectList<T> List, bool StartsOver)> PagesAsync<T>(
        string? namespaceName, ListQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T>
    {
        query = query with { Limit = query.Limit ?? PageSize };
        var startsOver = true;
        while (true)
        {
            ObjectList<T> page;
            try
            {
                page = await ListAsync<T>(namespaceName, query, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.IsExpired && query.Continue is not null)
            {
                // The first pages are older than the server's history by now; without a limit it can't happen again.
                query = query with { Continue = null, Limit = null };
                startsOver = true;
                continue;
            }

            yield return (page, startsOver);
            if (page.Continue is null)
                yield break;
            // Later pages are of the first one's version anyway, and the server refuses both together.
            query = query with { Continue = page.Continue, ResourceVersion = null };
            startsOver = false;
        }
    }

    /// <summary>Changes as they happen, until the server ends the watch. An error, such as 410, is thrown.</summary>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        string? namespaceName, WatchQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T>
    {
        var watch = await OpenWatchAsync<T>(namespaceName, query, cancellationToken).ConfigureAwait(false);
        await using (watch.ConfigureAwait(false))
        {
            while (await watch.ReadAsync(cancellationToken).ConfigureAwait(false) is { } change)
                yield return change;
        }
    }

    /// <summary>A watch whose answer has begun.</summary>
    internal async Task<WatchStream<T>> OpenWatchAsync<T>(string? namespaceName, WatchQuery query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T>
    {
        var seconds = query.TimeoutSeconds ?? Random.Shared.Next(300, 600);
        var path = new QueryText(T.Resource.CollectionPath(namespaceName))
            .Add("watch", "true")
            .Add("resourceVersion", query.ResourceVersion)
            .Add("labelSelector", query.LabelSelector)
            .Add("fieldSelector", query.FieldSelector)
            .Add("timeoutSeconds", seconds)
            .Add("allowWatchBookmarks", query.AllowBookmarks ? "true" : null);
        var request = new ApiRequest(HttpMethod.Get, path.ToString()) { Verb = "watch" };
        var response = await _transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        response.Patience.Renew(TimeSpan.FromSeconds(seconds) + WatchGrace);
        return await WatchStream<T>.OpenAsync(response).ConfigureAwait(false);
    }

    /// <summary>Makes an object; the namespace comes from its metadata.</summary>
    public Task<T> CreateAsync<T>(T value, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T> =>
        SendAsync<T>(
            new ApiRequest(HttpMethod.Post, T.Resource.CollectionPath(value.Metadata.NamespaceProperty), ObjectEncoder.Encode(value), Json),
            cancellationToken);

    /// <summary>
    /// Replaces an object as a whole, so only for kinds whose model has all fields, such as Lease: fields that are not in
    /// the model are lost. With <c>metadata.resourceVersion</c> set, only that version is replaced.
    /// </summary>
    public Task<T> ReplaceAsync<T>(T value, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T> =>
        SendAsync<T>(new ApiRequest(HttpMethod.Put, PathOf(value), ObjectEncoder.Encode(value), Json), cancellationToken);

    /// <summary>Replaces the status only. What <see cref="ReplaceAsync{T}"/> says of missing fields holds for the status.</summary>
    public Task<T> ReplaceStatusAsync<T>(T value, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T> =>
        SendAsync<T>(new ApiRequest(HttpMethod.Put, PathOf(value) + "/status", ObjectEncoder.Encode(value), Json), cancellationToken);

    /// <summary>Changes parts of an object, or of a subresource such as <c>status</c>.</summary>
    public Task<T> PatchAsync<T>(
        string? namespaceName, string name, Patch patch, CancellationToken cancellationToken, string? subresource = null)
        where T : class, IKubernetesObject<T>
    {
        var path = T.Resource.ObjectPath(namespaceName, name) + (subresource is null ? "" : "/" + subresource);
        var query = new QueryText(path).Add("fieldManager", patch.FieldManager).Add("force", patch.Force ? "true" : null);
        var body = ObjectEncoder.Encode(patch.Body);
        return SendAsync<T>(new ApiRequest(HttpMethod.Patch, query.ToString(), body, patch.ContentType), cancellationToken);
    }

    /// <summary>Deletes an object.</summary>
    public async Task DeleteAsync<T>(string? namespaceName, string name, CancellationToken cancellationToken, DeleteOptions? options = null)
        where T : class, IKubernetesObject<T>
    {
        var body = options is null ? null : ObjectEncoder.Encode(options.ToJson());
        var request = new ApiRequest(HttpMethod.Delete, T.Resource.ObjectPath(namespaceName, name), body, body is null ? null : Json);
        using var response = await _transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Any request, for kinds without a model.</summary>
    public Task<JsonObject> SendAsync(
        HttpMethod method, string pathAndQuery, JsonNode? body, string contentType, CancellationToken cancellationToken) =>
        ReadAsync(
            new ApiRequest(method, pathAndQuery, body is null ? null : ObjectEncoder.Encode(body), body is null ? null : contentType),
            async response =>
            {
                using var json = new MemoryStream(await ReadBytesAsync(response).ConfigureAwait(false));
                return JsonNode.Parse(json) as JsonObject ?? throw new JsonException("the answer is not a JSON object");
            },
            cancellationToken);

    private Task<T> SendAsync<T>(ApiRequest request, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T> =>
        ReadAsync(
            request,
            async response =>
            {
                var (value, malformed) = ObjectDecoder.Decode<T>(
                    new ReadOnlySequence<byte>(await ReadBytesAsync(response).ConfigureAwait(false)));
                return value ?? throw new JsonException(malformed!.ToString());
            },
            cancellationToken);

    private async Task<TResult> ReadAsync<TResult>(
        ApiRequest request, Func<ApiResponse, Task<TResult>> read, CancellationToken cancellationToken)
    {
        using var response = await _transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            return await read(response).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (response.Patience.Ended)
        {
            throw response.Patience.Error(response.Request, e);
        }
        catch (JsonException e)
        {
            throw new ApiException(response.Request, ApiException.UnreadableAnswer, $"the answer is not readable: {e.Message}", e);
        }
        catch (Exception e) when (ApiErrors.IsExpected(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ApiErrors.FromFailure(response.Request, e);
        }
    }

    private static async Task<byte[]> ReadBytesAsync(ApiResponse response)
    {
        using var buffer = new MemoryStream();
        var stream = await response.OpenAsync().ConfigureAwait(false);
        await stream.CopyToAsync(buffer, response.Patience.Token).ConfigureAwait(false);
        return buffer.ToArray();
    }

    private static string PathOf<T>(T value)
        where T : class, IKubernetesObject<T> =>
        T.Resource.ObjectPath(
            value.Metadata.NamespaceProperty,
            value.Metadata.Name ?? throw new ArgumentException("The object has no name.", nameof(value)));

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();
}
