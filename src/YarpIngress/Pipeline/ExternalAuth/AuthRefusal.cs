using Microsoft.Net.Http.Headers;
using YarpIngress.Pipeline.Access;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Translation;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>
/// The service said no, by 401 or 403, which the client gets with its challenge, or did not say anything that counts, which is a 500.
/// </summary>
/// <param name="policy">What the route asks for.</param>
/// <param name="answer">What the service said.</param>
/// <param name="earlier">The challenge of a login that would have let the client in as well; null without one.</param>
internal sealed class AuthRefusal(ExternalAuthPolicy policy, AuthAnswer answer, string? earlier = null)
    : AccessRefusal(answer.Status is 401 or 403 ? answer.Status : 500, Rejection.Authentication)
{
    /// <inheritdoc/>
    public override AccessRefusal After(string challenge) => new AuthRefusal(policy, answer, challenge);

    /// <inheritdoc/>
    public override Task AnswerAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (Status is 401 && policy.SignIn is { } signIn && Location(request, signIn) is { } location)
            return ErrorAnswer.WriteAsync(context, StatusCodes.Status302Found, location: location, headers: Cookies());
        return ErrorAnswer.WriteAsync(context, Status, headers:
        [
            .. Status is 500 ? [] : answer.Challenge.Select(value => new HeaderValue(HeaderNames.WWWAuthenticate, value ?? "")),
            .. Status is 401 && earlier is not null ? [new(HeaderNames.WWWAuthenticate, earlier)] : Array.Empty<HeaderValue>(),
            .. policy.AlwaysSetCookie ? Cookies() : [],
        ]);
    }

    private HeaderValue[] Cookies() => [.. answer.Cookies.Select(cookie => new HeaderValue(HeaderNames.SetCookie, cookie ?? ""))];

    /// <summary>Where to log in, with the way back; null for what is no URL once the request's own texts are in it.</summary>
    private string? Location(GatewayRequest request, VariableText signIn)
    {
        var location = signIn.Resolve(request);
        if (Joint(signIn.Source) is { } joint)
            location = $"{location}{joint}{policy.ReturnParameter}={request.Scheme}://{request.Context.Request.Headers.Host}"
                + Uri.EscapeDataString(AuthRequest.PathAndQuery(request));
        return HeaderText.IsValue(location) ? location : null;
    }

    /// <summary>What comes between the URL and the parameter; null when the URL has one of this name that is not empty.</summary>
    private string? Joint(string signIn)
    {
        var query = signIn.IndexOf('?');
        if (query < 0)
            return "?";
        var any = false;
        foreach (var parameter in signIn[(query + 1)..].Split('#')[0].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            any = true;
            var name = parameter.AsSpan();
            var equals = name.IndexOf('=');
            if (equals >= 0 && equals < name.Length - 1 && name[..equals].SequenceEqual(policy.ReturnParameter))
                return null;
        }
        return any ? "&" : "";
    }
}
