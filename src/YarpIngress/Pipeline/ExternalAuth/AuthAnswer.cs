using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>What an authentication service said, as far as anything is done with it; its body never is.</summary>
/// <param name="Status">The status; 0 when it did not answer.</param>
/// <param name="Headers">Of a 2xx answer the headers that the pod gets, each that the route names: empty for what is not there.</param>
/// <param name="Challenge">WWW-Authenticate.</param>
/// <param name="Cookies">Set-Cookie, for the client.</param>
/// <param name="Lifetime">How long it may be shared; zero for not at all.</param>
internal sealed record AuthAnswer(int Status, HeaderValue[] Headers, StringValues Challenge, StringValues Cookies, TimeSpan Lifetime)
{
    /// <summary>Of a service that did not answer.</summary>
    public static readonly AuthAnswer None = new(0, [], default, default, TimeSpan.Zero);

    /// <summary>Whether the request may pass.</summary>
    public bool Allows => Status is >= 200 and <= 299;

    /// <summary>Takes what is needed of an answer.</summary>
    public static AuthAnswer Of(HttpResponseMessage message, ExternalAuthPolicy policy, DateTimeOffset now)
    {
        var status = (int)message.StatusCode;
        var headers = status is >= 200 and <= 299
            ? policy.ResponseHeaders.Select(name => new HeaderValue(name, string.Join(", ", Values(message, name).ToArray()))).ToArray()
            : [];
        return new AuthAnswer(
            status, headers, Values(message, HeaderNames.WWWAuthenticate), Values(message, HeaderNames.SetCookie),
            AuthAnswerLifetime.Of(message, policy, now));
    }

    /// <summary>As they came, in whichever of .NET's two collections they are.</summary>
    internal static StringValues Values(HttpResponseMessage message, string name)
    {
        var values = message.Headers.NonValidated.TryGetValues(name, out var found)
            || message.Content.Headers.NonValidated.TryGetValues(name, out found)
                ? found
                : default;
        return values.Count == 0 ? default : new StringValues([.. values]);
    }
}
