using System.Net;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>Everything that can go wrong with a request as an <see cref="ApiException"/>.</summary>
internal static class ApiErrors
{
    private const int MaxBody = 1 << 20;
    private const int MaxText = 500;

    /// <summary>The server's refusal. A body that is no Status, such as a proxy's HTML, is quoted in part.</summary>
    public static async Task<ApiException> FromAnswerAsync(
        string request, HttpResponseMessage response, TimeProvider time, CancellationToken ct)
    {
        var body = await ReadStartAsync(response, ct).ConfigureAwait(false);
        var status = Parse(body) ?? new V1Status { Message = Quote(body, response) };
        status.Status ??= "Failure";
        status.Code = (int)response.StatusCode;
        status.Reason ??= Reason(response.StatusCode);

        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => status.Details?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null,
        };
        return new ApiException(request, status, wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
    }

    /// <summary>No answer, or one that stopped.</summary>
    public static ApiException FromFailure(string request, Exception failure) => failure switch
    {
        ApiException known => known,
        ClusterConfigException => new ApiException(request, ApiException.NoCredentials, failure.Message, failure),
        HttpRequestException => new ApiException(request, ApiException.Unreachable, Innermost(failure), failure),
        _ => new ApiException(request, ApiException.BrokenStream, $"the answer broke off: {Innermost(failure)}", failure),
    };

    /// <summary>Whether <paramref name="e"/> is what a connection throws, not a fault of ours.</summary>
    public static bool IsExpected(Exception e) =>
        e is HttpRequestException or IOException or ClusterConfigException or AuthenticationException;

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e.Message;
    }

    private static async Task<byte[]> ReadStartAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var buffer = new MemoryStream();
            var chunk = new byte[8192];
            while (buffer.Length < MaxBody)
            {
                var read = await stream.ReadAsync(chunk, ct).ConfigureAwait(false);
                if (read == 0)
                    break;
                buffer.Write(chunk, 0, read);
            }

            return buffer.ToArray();
        }
    }

    private static V1Status? Parse(byte[] body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, KubernetesJson.Default.V1Status);
            return status?.Kind == "Status" ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Quote(byte[] body, HttpResponseMessage response)
    {
        var text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MaxText)).Trim();
        return text.Length == 0 ? response.ReasonPhrase ?? "no text" : body.Length > MaxText ? text + "…" : text;
    }

    private static string Reason(HttpStatusCode code) => (int)code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        409 => "Conflict",
        410 => "Gone",
        413 => "RequestEntityTooLarge",
        415 => "UnsupportedMediaType",
        422 => "Invalid",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "Unknown",
    };
}
