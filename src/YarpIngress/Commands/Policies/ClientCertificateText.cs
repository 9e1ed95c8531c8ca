using System.Globalization;
using YarpIngress.Commands.Explain;
using YarpIngress.Pipeline.ClientCertificates;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Policies;

/// <summary>What a host asks of clients' certificates in words, for <c>translate</c> and <c>explain</c>.</summary>
internal static class ClientCertificateText
{
    /// <summary>The policy.</summary>
    public static string Of(ClientCertificatePolicy policy)
    {
        if (policy.Closed is { } why)
            return $"can't be verified, so that requests answer 403: {why}";
        var parts = new List<string>
        {
            policy.Mode switch
            {
                ClientVerification.On => "needed",
                ClientVerification.Optional => "not needed; one that is presented has to be good",
                ClientVerification.OptionalNoCa => "not needed; one that is presented may be anybody's",
                _ => "not asked for",
            },
            string.Create(CultureInfo.InvariantCulture, $"verified by Secret {policy.Secret} ({policy.Trust}), depth {policy.Depth}"),
        };
        if (policy.Subject is { } subject)
            parts.Add($"403 unless its subject matches {subject}");
        if (policy.ErrorPage is { } page)
            parts.Add($"else to {page}");
        if (policy.PassesCertificate)
            parts.Add("pods get it");
        return string.Join("; ", parts);
    }

    /// <summary>What a request without a certificate, as <c>explain</c> is asked about, is answered; null when it goes on.</summary>
    public static ExplainedAnswer? Answer(ExplainedRequest request, string scheme, ProxyRoute? served, ClientVerifier clients)
    {
        var policy = clients.Policy;
        if (policy.Closed is { } why)
            return new(403, "gateway", $"403: closed, since clients' certificates can't be verified: {why}");
        if (!request.IsTls && ((served?.RedirectsToHttps == true && scheme == "http") || ClientCertificateCheck.IsPlain(served)))
            return null;
        return ClientCertificateCheck.StatusOf(clients, PresentedCertificate.None) switch
        {
            0 => null,
            403 => new(403, "gateway", $"403: without a client certificate whose subject matches {policy.Subject}"),
            _ when policy.ErrorPage is { } page => new(302, "gateway", $"302: without a good client certificate, to {page}"),
            _ => new(400, "gateway", "400: without a good client certificate"),
        };
    }
}
