using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Tests.Differential;

/// <summary>Pods that say what they got, and answer as the query or a header asks.</summary>
internal static class DifferentialPod
{
    // What belongs to the connection, what is drawn by lot, and what two listeners can't have in common.
    private static readonly HashSet<string> Ignored = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Host-Port", "Transfer-Encoding", "X-Request-ID", "X-Forwarded-Port",
    };

    /// <summary><c>?status=404&amp;h=Name:value</c> make it answer so; the body is the request.</summary>
    public static RequestDelegate Echo(string name) => async context =>
    {
        var response = context.Response;
        response.StatusCode = int.TryParse(context.Request.Query["status"], out var status) ? status : 200;
        response.Headers["X-Pod"] = name;
        response.ContentType = "text/plain";
        foreach (var header in context.Request.Query["h"])
            if (header?.Split(':', 2) is [var left, var right])
                response.Headers.Append(left, right);
        if (response.StatusCode is not (204 or 304))
            await response.WriteAsync(await GotAsync(context), context.RequestAborted);
    };

    /// <summary>
    /// A service that is asked about requests: answers as the header <c>X-Auth</c> says (<c>401 Name:value;Name:value</c>).
    /// </summary>
    public static async Task Auth(HttpContext context)
    {
        var wanted = context.Request.Headers["X-Auth"].ToString().Split(' ', 2);
        context.Response.StatusCode = int.TryParse(wanted[0], out var status) ? status : 200;
        foreach (var header in wanted.ElementAtOrDefault(1)?.Split(';') ?? [])
            if (header.Split(':', 2) is [var left, var right])
                context.Response.Headers.Append(left, right);
        context.Response.Headers["X-Got"] = (await GotAsync(context)).Replace("\n", ", ", StringComparison.Ordinal);
    }

    private static async Task<string> GotAsync(HttpContext context)
    {
        var body = await new StreamReader(context.Request.Body, Encoding.Latin1).ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.Where(header => !Ignored.Contains(header.Key))
            .Select(header => $"{header.Key.ToLowerInvariant()}: {string.Join(" & ", header.Value.ToArray())}").Order(StringComparer.Ordinal);
        return string.Join('\n',
        [
            $"{context.Request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}", .. headers, body,
        ]).TrimEnd('\n');
    }
}
