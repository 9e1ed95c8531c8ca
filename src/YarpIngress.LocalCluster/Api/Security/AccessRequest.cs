using YarpIngress.LocalCluster.Api.Selectors;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>What somebody wants to do, as rules speak of it: a verb on a resource, or on a path that is none.</summary>
internal sealed record AccessRequest(string Verb)
{
    public string Group { get; init; } = "";

    /// <summary>The plural; empty for paths that are no resource.</summary>
    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>Empty for all, and for what is in none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Empty for all.</summary>
    public string Name { get; init; } = "";

    /// <summary>A path that is no resource.</summary>
    public string? Path { get; init; }

    /// <summary>A request for a path that is no resource.</summary>
    public static AccessRequest OfPath(HttpRequest request, string path) => new(request.Method.ToLowerInvariant()) { Path = path };

    /// <summary>A request for a resource. A list or watch of a single name counts as being about that name.</summary>
    public static AccessRequest Of(HttpRequest request, RequestPath path)
    {
        var access = new AccessRequest(VerbOf(request, path))
        {
            Group = path.Group,
            Resource = path.Plural,
            Subresource = path.Subresource ?? "",
            Namespace = path.Namespace ?? "",
            Name = path.Name ?? "",
        };
        if (path is { Group: "", Plural: "namespaces", Name: { } space })
            return access with { Namespace = space };
        return access is { Verb: "list" or "watch", Name: "" }
            && ResourceCatalog.Find(path.Group, path.Version, path.Plural) is { } resource
            ? access with { Name = FieldSelector.Parse(request.Query["fieldSelector"].ToString(), resource).Name ?? "" }
            : access;
    }

    private static string VerbOf(HttpRequest request, RequestPath path) => request.Method switch
    {
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => path.Name is null ? "deletecollection" : "delete",
        _ when path.IsWatch => "watch",
        _ when path.Name is not null => "get",
        _ => request.Query["watch"].ToString() is "true" or "1" or "True" or "t" ? "watch" : "list",
    };
}
