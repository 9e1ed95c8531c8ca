using Microsoft.Extensions.Primitives;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>What a request has from the authentication service that let it pass.</summary>
/// <param name="headers">For the pod, in place of the client's headers of these names.</param>
/// <param name="cookies">For the client.</param>
/// <param name="always">Whether the client gets them with any answer.</param>
internal sealed class AuthGrant(IReadOnlyList<HeaderValue> headers, StringValues cookies, bool always)
{
    /// <summary>For the pod, in place of the client's headers of these names.</summary>
    public IReadOnlyList<HeaderValue> Headers { get; } = headers;

    /// <summary>Adds the cookies to an answer whose status is known.</summary>
    public void AddCookies(HttpResponse answer)
    {
        // nginx's add_header: with these statuses, or always.
        if (cookies.Count > 0 && (always || answer.StatusCode is 200 or 201 or 204 or 206 or 301 or 302 or 303 or 304 or 307 or 308))
            answer.Headers.SetCookie = StringValues.Concat(answer.Headers.SetCookie, cookies);
    }
}
