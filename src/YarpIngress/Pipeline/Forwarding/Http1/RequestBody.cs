using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>What body a request has, and how it is framed on its way to the pod (RFC 9112, 6).</summary>
internal readonly struct RequestBody
{
    /// <summary>Whether a body follows.</summary>
    public bool Exists { get; private init; }

    /// <summary>Its length; -1 when it is not known before its end.</summary>
    public long Length { get; private init; }

    /// <summary>Whether the pod is told that the length is 0.</summary>
    public bool SaysLengthZero { get; private init; }

    /// <summary>Whether the client waits to be asked for it.</summary>
    public bool IsExpectingContinue { get; private init; }

    /// <summary>Whether it is sent in chunks, its length being unknown.</summary>
    public bool IsChunked => Exists && Length < 0;

    /// <summary>The body of a request.</summary>
    public static RequestBody Of(HttpContext context)
    {
        var headers = context.Request.Headers;
        var length = headers.ContentLength;
        if (context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody && length != 0)
        {
            return new RequestBody
            {
                Exists = true,
                // RFC 9112, 6.3: with a Transfer-Encoding a length means nothing.
                Length = length is { } known && headers.TransferEncoding.Count == 0 ? known : -1,
                IsExpectingContinue = headers.Expect.Count > 0
                    && string.Equals(headers.Expect.ToString(), "100-continue", StringComparison.OrdinalIgnoreCase),
            };
        }
        // RFC 9110, 8.6: a method that means to send something says so even if it is nothing.
        var method = context.Request.Method;
        return new RequestBody
        {
            SaysLengthZero = length == 0

                    || !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method)
                        || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method)),
        };
    }
}
