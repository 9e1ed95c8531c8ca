using Microsoft.AspNetCore.Connections.Features;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Pipeline.Redirects;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.ClientCertificates;

/// <summary>
/// Lets requests pass whose connection has what <c>auth-tls-*</c> of their host asks for, in nginx's order: a name in the handshake that
/// is not the host's (421), a certificate that is missing or not good (400), a subject that does not match (403).
/// </summary>
internal static class ClientCertificateCheck
{
    /// <summary>The answer to a request that does not pass; null when it does.</summary>
    /// <param name="context">The request; its route, if it has one, is chosen.</param>
    /// <param name="host">Its host, without port.</param>
    /// <param name="clients">What the host asks for.</param>
    public static Task? Refuse(HttpContext context, ReadOnlySpan<char> host, ClientVerifier clients)
    {
        var request = GatewayRequest.Of(context);
        var policy = clients.Policy;
        if (policy.Closed is not null)
            return Answer(request, StatusCodes.Status403Forbidden);
        // Not the scheme of the request, which may be what a proxy before us says.
        if (context.Features.Get<ITlsHandshakeFeature>() is not { } handshake)
            return RefusePlain(request, clients);
        var asked = context.Features.Get<ClientHandshake>();
        if (clients.Asks && handshake.HostName is { Length: > 0 } name)
        {
            if (!IsSame(name, host))
                return Answer(request, StatusCodes.Status421MisdirectedRequest);
            // The policy is younger than the connection: on another one the client will be asked.
            if (asked is null)
                return Close(request, StatusCodes.Status421MisdirectedRequest);
        }
        return Judge(request, clients, asked?.For(clients) ?? PresentedCertificate.None);
    }

    /// <summary>Whether a policy lets a client pass: 0 when it does, else the status.</summary>
    public static int StatusOf(ClientVerifier clients, PresentedCertificate presented)
    {
        var isGood = clients.Policy.Mode switch
        {
            ClientVerification.On => !presented.IsNone && presented.Refusal is null,
            ClientVerification.Optional => presented.Refusal is null,
            ClientVerification.OptionalNoCa => presented.Refusal is null || presented.IsOnlyUntrusted,
            _ => true,
        };
        return !isGood ? StatusCodes.Status400BadRequest
            : clients.TakesSubject(presented.Subject) ? 0 : StatusCodes.Status403Forbidden;
    }

    /// <summary>
    /// Whether a route may be asked over plain HTTP, where nobody can present anything: it is where authorities ask whose host it
    /// is.
    /// </summary>
    public static bool IsPlain(ProxyRoute? route)
    {
        if (route?.Route is not { } model)
            return false;
        // An expression with an alternative matches paths that do not begin as it does.
        if (model.Match is PathMatch.Regex && model.Path.Contains('|'))
            return false;
        foreach (var plain in model.Policies.Redirects.PlainPaths)
        {
            if (model.Path.StartsWith(plain, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static Task? RefusePlain(GatewayRequest request, ClientVerifier clients)
    {
        // Neither the redirect nor what stands before it says anything that the certificate protects.
        if (request.Chosen is { } route && HttpsRedirect.Concerns(request, route))
            return null;
        if (!IsPlain(request.Chosen))
            return Judge(request, clients, PresentedCertificate.None);
        request.ClientCertificate = PresentedCertificate.None;
        return null;
    }

    private static Task? Judge(GatewayRequest request, ClientVerifier clients, PresentedCertificate presented)
    {
        var status = StatusOf(clients, presented);
        if (status == 0)
        {
            request.ClientCertificate = presented;
            request.PassesCertificate = clients.Policy.PassesCertificate;
            return null;
        }
        if (status == StatusCodes.Status403Forbidden)
            return Answer(request, status);
        return clients.Policy.ErrorPage is { } page
            ? Answer(request, StatusCodes.Status302Found, page.Resolve(request))
            : Close(request, status);
    }

    private static Task Answer(GatewayRequest request, int status, string? location = null)
    {
        request.RejectedBy = Rejection.ClientCertificate;
        return ErrorAnswer.WriteAsync(request.Context, status, location: location);
    }

    /// <summary>Answers, and has the client make another connection, on which it may present something else.</summary>
    private static Task Close(GatewayRequest request, int status)
    {
        request.RejectedBy = Rejection.ClientCertificate;
        request.Context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return ErrorAnswer.WriteAsync(request.Context, status, closes: true);
    }

    private static bool IsSame(ReadOnlySpan<char> name, ReadOnlySpan<char> host) =>
        (name.EndsWith('.') ? name[..^1] : name).Equals(host, StringComparison.OrdinalIgnoreCase);
}
