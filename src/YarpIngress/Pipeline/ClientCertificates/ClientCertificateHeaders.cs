using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy.Certificates;

namespace YarpIngress.Pipeline.ClientCertificates;

/// <summary>What pods, and auth services, are told of the client's certificate, under ingress-nginx's names.</summary>
internal static class ClientCertificateHeaders
{
    private const string Certificate = "ssl-client-cert";
    private const string Verify = "ssl-client-verify";
    private const string Subject = "ssl-client-subject-dn";
    private const string Issuer = "ssl-client-issuer-dn";

    /// <summary>Their names: a client's headers of these names never pass, not even for hosts that ask for no certificate.</summary>
    public static readonly IReadOnlyList<string> Names = [Certificate, Verify, Subject, Issuer];

    /// <summary>Adds them; what a client without a certificate does not have is not sent.</summary>
    public static void Write<TSink>(GatewayRequest request, PresentedCertificate presented, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        var added = AddedHeaders.Exist(request);
        Add(request, added, Certificate, request.PassesCertificate ? presented.Encoded : "", ref sink);
        Add(request, added, Verify, presented.Verify, ref sink);
        Add(request, added, Subject, presented.Subject, ref sink);
        Add(request, added, Issuer, presented.Issuer, ref sink);
    }

    private static void Add<TSink>(GatewayRequest request, bool added, string name, string value, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        if (value.Length > 0 && (!added || !AddedHeaders.Replace(request, name)))
            sink.Add(name, value);
    }
}
