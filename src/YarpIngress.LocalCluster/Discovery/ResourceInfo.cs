namespace YarpIngress.LocalCluster.Discovery;

/// <summary>One resource of the API: where it is served, what it is called and which of upstream's strategy rules it follows.</summary>
internal sealed class ResourceInfo
{
    /// <summary>API group; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>API version.</summary>
    public string Version { get; init; } = "v1";

    /// <summary>Kind of one object.</summary>
    public required string Kind { get; init; }

    /// <summary>Name in paths.</summary>
    public required string Plural { get; init; }

    /// <summary>Name of one object in kubectl's output.</summary>
    public string Singular => Kind.ToLowerInvariant();

    /// <summary>Kind of a list of them.</summary>
    public string ListKind => Kind + "List";

    /// <summary>Whether objects live in a namespace.</summary>
    public required bool Namespaced { get; init; }

    /// <summary>kubectl's abbreviations.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Groups of resources, such as <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>What can be done with it.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = AllVerbs;

    /// <summary>status, scale and the like.</summary>
    public IReadOnlyList<SubresourceInfo> Subresources { get; init; } = [];

    /// <summary>The resource under which objects are stored, when this one is only another view of them.</summary>
    public ResourceInfo? ViewOf { get; init; }

    /// <summary>Whether <c>metadata.generation</c> counts changes of the desired state.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>Whether a status sent with a create is dropped, as most strategies do.</summary>
    public bool DropsStatusOnCreate { get; init; }

    /// <summary>Whether PUT on a missing object creates it.</summary>
    public bool AllowsCreateOnUpdate { get; init; }

    /// <summary>Whether PUT without a resourceVersion is accepted.</summary>
    public bool AllowsUnconditionalUpdate { get; init; } = true;

    /// <summary>Every verb of a stored resource, in discovery's order.</summary>
    public static IReadOnlyList<string> AllVerbs { get; } =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary><c>group/version</c>, or the version alone for the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>plural.group</c>, as error messages name a resource.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The resource under which objects are stored.</summary>
    public ResourceInfo Storage => ViewOf ?? this;

    /// <summary>Whether there is a status that only the status subresource writes.</summary>
    public bool HasStatus => Subresource("status") is not null;

    /// <summary>The subresource of this name, if there is one.</summary>
    public SubresourceInfo? Subresource(string name)
    {
        foreach (var subresource in Subresources)
        {
            if (subresource.Name == name)
                return subresource;
        }
        return null;
    }

    /// <summary>The same with the status subresource.</summary>
    public static IReadOnlyList<SubresourceInfo> WithStatus(string kind, params SubresourceInfo[] more) =>
        [new("status", kind, ["get", "patch", "update"]), .. more];

    /// <inheritdoc/>
    public override string ToString() => $"{QualifiedName}/{Version}";
}

/// <summary>A subresource, such as <c>deployments/scale</c>.</summary>
/// <param name="Name">Last part of the path.</param>
/// <param name="Kind">Kind of its body.</param>
/// <param name="Verbs">What can be done with it.</param>
/// <param name="Group">Group of that kind when it is not the resource's own.</param>
/// <param name="Version">Version of that kind when it is not the resource's own.</param>
internal sealed record SubresourceInfo(string Name, string Kind, IReadOnlyList<string> Verbs, string? Group = null, string? Version = null);
