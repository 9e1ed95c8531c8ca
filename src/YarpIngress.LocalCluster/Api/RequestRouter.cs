using YarpIngress.LocalCluster.Api.Routes;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api;

/// <summary>From a request to its handler; refusals become Status answers here.</summary>
internal sealed partial class RequestRouter(ApiServer server, ILogger<RequestRouter> log)
{
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http).ConfigureAwait(false);
        }
        catch (ApiError error) when (!http.Response.HasStarted)
        {
            await Answers.SendStatusAsync(http, error).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
        catch (Exception error) when (!http.Response.HasStarted && error is not (IOException or BadHttpRequestException))
        {
            Log.Failed(log, error, http.Request.Method, http.Request.Path);
            await Answers.SendStatusAsync(http, ApiError.Internal(error.Message)).ConfigureAwait(false);
        }
    }

    private Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (HealthRoute.TryHandle(http, path) is { } health)
            return health;
        var store = server.Operations.Store;
        var user = Impersonation.Apply(
            http.Request, server.Authentication.Identify(http) ?? throw ApiError.Unauthorized(), store);
        if (RequestPath.Parse(path) is not { } target)
        {
            Rbac.Demand(store, user, AccessRequest.OfPath(http.Request, path));
            return server.Discovery.TryHandle(http, path) ?? OpenApiRoute.TryHandle(http, path)
                ?? Answers.SendTextAsync(http, 404, "404 page not found\n");
        }
        Rbac.Demand(store, user, AccessRequest.Of(http.Request, target));
        if (ReviewRoute.TryHandle(http, server, user, target) is { } review)
            return review;
        var resource = ResourceCatalog.Find(target.Group, target.Version, target.Plural) ?? throw ApiError.NoSuchResource();
        if (!resource.Namespaced && target.Namespace is not null)
            throw ApiError.NoSuchResource();
        var request = new ApiRequest(http, server, user, target, resource);
        if (MayCreate(request))
            Rbac.Demand(store, user, AccessRequest.Of(http.Request, target) with { Verb = "create" });
        return DispatchAsync(request);
    }

    /// <summary>Whether the write would make an object that is not there, which takes the right to create it too.</summary>
    private static bool MayCreate(ApiRequest request) => request.Path is { Name: { } name, Subresource: null }
        && request.Http.Request.Method switch
        {
            "PUT" => request.Resource.AllowsCreateOnUpdate,
            "PATCH" => Negotiation.MediaType(request.Http.Request.ContentType) == PatchBody.ApplyType,
            _ => false,
        }
        && request.Api.Find(request.Resource, request.Namespace, name) is null;

    private static Task DispatchAsync(ApiRequest request)
    {
        var method = request.Http.Request.Method;
        var resource = request.Resource;
        if (request.Path.Name is null)
        {
            return method switch
            {
                "GET" when request.Path.IsWatch || request.Flag("watch") => WatchRoute.HandleAsync(request),
                "GET" => ListRoute.HandleAsync(request),
                "POST" when HasPlace(request) => CreateRoute.HandleAsync(request),
                "DELETE" when HasPlace(request)
                    && resource.Verbs.Contains("deletecollection") => DeleteRoute.HandleCollectionAsync(request),
                _ => throw ApiError.MethodNotAllowed(),
            };
        }
        if (!HasPlace(request))
            throw ApiError.NoSuchResource();
        if (request.Path.Subresource is { } subresource)
            return SubresourceRoute.HandleAsync(request, resource.Subresource(subresource) ?? throw ApiError.NoSuchResource());
        return method switch
        {
            "GET" when request.Path.IsWatch || request.Flag("watch") => WatchRoute.HandleAsync(request),
            "GET" => Answers.SendAsync(request, 200, request.Api.Get(resource, request.Namespace, request.Path.Name)),
            "PUT" => UpdateRoute.HandleAsync(request),
            "PATCH" => PatchRoute.HandleAsync(request),
            "DELETE" => DeleteRoute.HandleAsync(request),
            _ => throw ApiError.MethodNotAllowed(),
        };
    }

    /// <summary>Namespaced objects are written in a namespace.</summary>
    private static bool HasPlace(ApiRequest request) => !request.Resource.Namespaced || request.Path.Namespace is not null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed.")]
        public static partial void Failed(ILogger log, Exception error, string method, string path);
    }
}
