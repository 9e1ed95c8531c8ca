using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>Requests for parts of an object.</summary>
internal static class SubresourceRoute
{
    public static Task HandleAsync(ApiRequest request, SubresourceInfo subresource)
    {
        var verb = request.Http.Request.Method switch
        {
            "GET" => "get",
            "PUT" => "update",
            "PATCH" => "patch",
            "POST" => "create",
            _ => throw ApiError.MethodNotAllowed(),
        };
        if (!subresource.Verbs.Contains(verb))
            throw ApiError.MethodNotAllowed();
        return (subresource.Name, verb) switch
        {
            ("scale", _) => ScaleRoute.HandleAsync(request),
            ("log", _) => LogRoute.HandleAsync(request),
            ("token", _) => TokenRoute.HandleAsync(request),
            ("eviction", _) => EvictionRoute.HandleAsync(request),
            ("exec" or "attach", _) => throw ApiError.BadRequest(
                $"pod \"{request.Path.Name}\" is not a container: there is nothing to {subresource.Name} in a local cluster"),
            ("portforward", _) => throw ApiError.BadRequest(
                $"pod \"{request.Path.Name}\" is reached without forwarding: its address in status.podIP is one of this machine"),
            (_, "get") => Answers.SendAsync(request, 200, request.Api.Get(request.Resource, request.Namespace, request.Path.Name!)),
            (_, "update") => UpdateRoute.HandleAsync(request),
            _ => PatchRoute.HandleAsync(request),
        };
    }
}
