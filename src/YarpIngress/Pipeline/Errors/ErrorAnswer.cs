using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Errors;

/// <summary>The answers that the gateway gives itself: a status, a request id to ask about, and nothing else.</summary>
internal static class ErrorAnswer
{
    /// <summary>nginx's status for a client that went away before the answer; seen by logs and metrics only.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>Answers with <paramref name="status"/>, unless an answer has begun.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="closes">Whether the connection is of no use behind the answer; in HTTP/1 only.</param>
    /// <param name="location">Where a redirect goes.</param>
    /// <param name="headers">More headers of the answer; those of one name are lines of their own.</param>
    public static Task WriteAsync(
        HttpContext context, int status, bool closes = false, string? location = null, params IReadOnlyList<HeaderValue> headers)
    {
        var response = context.Response;
        if (response.HasStarted)
            return Task.CompletedTask;
        response.Clear();
        foreach (var (name, value) in headers)
            response.Headers.Append(name, value);
        if (GatewayRequest.Of(context).Interception is { } errors && status != ClientClosedRequest)
        {
            if (errors.Takes(GatewayRequest.Of(context), status, isPods: false))
                return Task.CompletedTask;
            // The backend that was to answer for it failed too.
            if (errors is { IsAnswering: true, Status: > 0 })
                status = errors.Status;
        }

        response.StatusCode = status;
        response.Headers.Server = ServerHeader.Value;
        // HTTP/2 has no such header; Kestrel would take it out and complain about each.
        if (closes && !HttpProtocol.IsHttp2(context.Request.Protocol))
            response.Headers.Connection = "close";
        if (location is not null)
            response.Headers.Location = location;
        if (status == ClientClosedRequest)
            return Task.CompletedTask;
        AnswerHeaders.Apply(GatewayRequest.Of(context));

        var title = $"{status} {Phrase(status)}";
        // The id is made of visible ASCII without markup; see RequestId.
        var id = RequestId.Of(context);
        var named = id.Length > 0 ? $"<p>Request {id}</p>\n" : "";
        var body = Encoding.ASCII.GetBytes(
            $"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n{named}</body>\n</html>\n");
        response.ContentType = "text/html";
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>As nginx words it, since scripts look for that in pages.</summary>
    private static string Phrase(int status) => status switch
    {
        401 => "Authorization Required",
        405 => "Not Allowed",
        408 => "Request Time-out",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Large",
        416 => "Requested Range Not Satisfiable",
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        _ => ReasonPhrases.GetReasonPhrase(status),
    };
}
