using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using YarpIngress.Observability.Admin;
using YarpIngress.Observability.Dashboard.Api;

namespace YarpIngress.Observability.Dashboard;

/// <summary>
/// The dashboard on the admin port: its files under <c>/dashboard/</c> and the numbers that they show under <c>/api/</c>.
/// Reads only; it holds no session and sets no cookie.
/// </summary>
internal sealed class DashboardEndpoint(AdminAccess access, AdminApi explanations, DashboardSource source, RecentInventory inventory)
{
    private const string Root = "/dashboard/";

    /// <summary>Whether <paramref name="path"/> belongs to the dashboard.</summary>
    public static bool Owns(PathString path) =>
        path == "/" || path.StartsWithSegments("/dashboard") || path.StartsWithSegments("/api");

    /// <summary>Answers a GET or HEAD for a path that it owns.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        // Listings walk whole tables, which must not happen on a thread that sockets wait for.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        DashboardHeaders.Set(context.Response);
        if (access.Check(context) is { } refusal)
        {
            await PlainAnswer.WriteAsync(context, refusal.Status, refusal.Text);
            return;
        }
        var path = context.Request.Path.Value ?? "";
        if (path is "/" or "/dashboard")
            context.Response.Redirect(Root.TrimStart('/'));
        else if (path.StartsWith(Root, StringComparison.Ordinal))
            await FileAsync(context, path.Length == Root.Length ? "index.html" : path[Root.Length..]);
        else
            await (explanations.Answer(context) ?? ApiAsync(context, path));
    }

    private static async Task FileAsync(HttpContext context, string name)
    {
        if (DashboardAssets.Find(name) is not { } asset)
        {
            await PlainAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "no such file\n");
            return;
        }
        var (request, response) = (context.Request.Headers, context.Response);
        response.Headers.ETag = asset.ETag;
        response.Headers.Vary = "Accept-Encoding";
        // Asked for each time, so that a new version shows at once; unchanged files cost a 304.
        response.Headers.CacheControl = "no-cache";
        if (request.IfNoneMatch.Contains(asset.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var packed = request.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (packed)
            response.Headers.ContentEncoding = "gzip";
        var content = packed ? asset.Gzip : asset.Content;
        response.ContentType = asset.ContentType;
        response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(content, context.RequestAborted);
    }

    private Task ApiAsync(HttpContext context, string path)
    {
        ListQuery query;
        try
        {
            query = ListQuery.Read(context.Request.Query);
        }
        catch (FormatException error)
        {
            return PlainAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, error.Message + "\n");
        }
        return path switch
        {
            "/api/overview" => JsonAsync(context, OverviewApi.Answer(source, inventory.Now()), DashboardJson.Default.Overview),
            "/api/routes" => JsonAsync(context, RoutesApi.Answer(source, query), DashboardJson.Default.ListingRouteRow),
            "/api/backends" => JsonAsync(context, BackendsApi.Answer(source, query), DashboardJson.Default.ListingBackendRow),
            "/api/certificates" => JsonAsync(context, CertificatesApi.Answer(source, query), DashboardJson.Default.ListingCertificateRow),
            "/api/problems" => JsonAsync(context, ProblemsApi.Answer(source, query), DashboardJson.Default.ListingProblemRow),
            "/api/state" => JsonAsync(context, source.State(), DashboardJson.Default.ControllerState),
            _ => PlainAnswer.WriteAsync(
                context, StatusCodes.Status404NotFound,
                "there are /api/overview, /api/routes, /api/backends, /api/certificates, /api/problems, /api/state, /api/explain and "
                + "/api/requests\n"),
        };
    }

    private static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json; charset=utf-8";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }
}
