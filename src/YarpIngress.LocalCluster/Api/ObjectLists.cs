using System.Globalization;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Lists: snapshots, pages, the meaning of resourceVersion and resourceVersionMatch.</summary>
internal static class ObjectLists
{
    private const string ContinueExpired =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
        + "continue parameter, "
        + "or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token "
        + "results in an "
        + "inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now "
        + "may show up "
        + "in the list.";

    public static ListResult List(ObjectStore store, ResourceInfo resource, string? namespaceName, ListOptions options)
    {
        namespaceName ??= resource.Namespaced ? options.Fields.Namespace : null;
        if (options.SendInitialEvents is not null)
            throw Forbidden("sendInitialEvents is forbidden for list", "sendInitialEvents");
        if (options.Continue is { Length: > 0 } token)
            return Page(Continued(store, resource, options, token, out var after), namespaceName, options, after);
        return Page(First(store, resource, options), namespaceName, options, null);
    }

    /// <summary>A resourceVersion of a query as a number; zero when it is not set.</summary>
    public static long ParseRevision(string? resourceVersion)
    {
        if (string.IsNullOrEmpty(resourceVersion))
            return 0;
        if (long.TryParse(resourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            return revision;
        throw ApiError.Invalid(
            "meta.k8s.io",
            "ListOptions",
            "",
            [
                new StatusCause(
                    "FieldValueInvalid",
                    $"Invalid value: \"{resourceVersion}\": strconv.ParseUint: parsing \"{resourceVersion}\": invalid syntax",
                    "resourceVersion"),
            ]);
    }

    private static ObjectSnapshot First(ObjectStore store, ResourceInfo resource, ListOptions options)
    {
        var revision = ParseRevision(options.ResourceVersion);
        CheckMatch(options);
        if (revision > store.Revision)
            throw ApiError.ResourceVersionTooLarge(revision, store.Revision);
        // Without a match rule a page limit makes a real server read exactly this version; without a limit any newer one will do.
        var exact = options.ResourceVersionMatch == "Exact"
            || (options.ResourceVersionMatch is null && options.Limit is > 0 && revision > 0);
        if (!exact)
            return store.Snapshot(resource);
        return store.SnapshotAt(resource, revision)
            ?? throw ApiError.Expired("The resourceVersion for the provided list is too old.");
    }

    private static ObjectSnapshot Continued(ObjectStore store, ResourceInfo resource, ListOptions options, string token, out string after)
    {
        if (!string.IsNullOrEmpty(options.ResourceVersion) && options.ResourceVersion != "0")
            throw ApiError.BadRequest("specifying resource version is not allowed when using continue");
        if (options.ResourceVersionMatch is not null)
            throw Forbidden("resourceVersionMatch is forbidden when continue is provided");
        var start = ContinueToken.Parse(token);
        after = start.After;
        if (start.Revision < 0)
            return store.Snapshot(resource);
        return store.SnapshotAt(resource, start.Revision)
            ?? throw ApiError.Expired(ContinueExpired, new ContinueToken(-1, start.After).ToString());
    }

    private static ListResult Page(ObjectSnapshot snapshot, string? namespaceName, ListOptions options, string? after)
    {
        var filtered = !options.Labels.IsEverything || !options.Fields.IsEverything;
        var limit = options.Limit is > 0 ? options.Limit.Value : int.MaxValue;
        var items = new List<StoredObject>();
        string? next = null;
        long remaining = 0;
        foreach (var value in snapshot.In(namespaceName, after))
        {
            if (filtered && !options.Matches(value))
                continue;
            if (items.Count < limit)
            {
                items.Add(value);
                continue;
            }
            next ??= new ContinueToken(snapshot.Revision, items[^1].Key).ToString();
            remaining++;
            if (filtered)
                break;
        }
        return new ListResult(items, snapshot.Revision, next, next is null || filtered ? null : remaining);
    }

    private static void CheckMatch(ListOptions options)
    {
        switch (options.ResourceVersionMatch)
        {
            case null:
                return;
            case "Exact" when string.IsNullOrEmpty(options.ResourceVersion):
            case "NotOlderThan" when string.IsNullOrEmpty(options.ResourceVersion):
                throw Forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided");
            case "Exact" when options.ResourceVersion == "0":
                throw Forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
            case "Exact" or "NotOlderThan":
                return;
            default:
                throw ApiError.Invalid(
                    "meta.k8s.io",
                    "ListOptions",
                    "",
                    [
                        new StatusCause(
                            "FieldValueNotSupported",
                            $"Unsupported value: \"{options.ResourceVersionMatch}\": supported values: \"Exact\", \"NotOlderThan\", \"\"",
                            "resourceVersionMatch"),
                    ]);
        }
    }

    private static ApiError Forbidden(string why, string field = "resourceVersionMatch") => ApiError.Invalid(
        "meta.k8s.io", "ListOptions", "", [new StatusCause("FieldValueForbidden", $"Forbidden: {why}", field)]);
}
