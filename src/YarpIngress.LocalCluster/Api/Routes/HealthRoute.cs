using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>What anybody may ask: whether the server is well and which version it is.</summary>
internal static class HealthRoute
{
    public static Task? TryHandle(HttpContext http, string path)
    {
        if (path == "/version")
            return Answers.SendAsync(http, 200, ServerVersion.Json);
        if (path.TrimEnd('/') is not ("/livez" or "/readyz" or "/healthz" or "/livez/ping" or "/readyz/ping" or "/healthz/ping"))
            return null;
        var check = path.Trim('/').Split('/')[0];
        return Answers.SendTextAsync(
            http, 200, http.Request.Query.ContainsKey("verbose") ? $"[+]ping ok\n[+]etcd ok\n{check} check passed\n" : "ok");
    }
}
