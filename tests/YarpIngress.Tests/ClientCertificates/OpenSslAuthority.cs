using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary>A certificate authority as people make one with the real openssl, in a directory of its own.</summary>
internal sealed class OpenSslAuthority : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("yarp-ingress-ca-");
    private int _issued;

    private OpenSslAuthority()
    {
    }

    /// <summary>Its own certificate.</summary>
    public string CertificatePem => File.ReadAllText(PathOf("ca.crt"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Makes a root, or the authority that <paramref name="issuer"/> vouches for.</summary>
    public static async Task<OpenSslAuthority> CreateAsync(string subject, OpenSslAuthority? issuer = null)
    {
        var authority = new OpenSslAuthority();
        await File.WriteAllTextAsync(authority.PathOf("ca.cnf"), $"""
            [ca]
            default_ca = me
            [me]
            database = {authority.PathOf("index.txt")}
            new_certs_dir = {authority._directory.FullName}
            certificate = {authority.PathOf("ca.crt")}
            private_key = {authority.PathOf("ca.key")}
            crlnumber = {authority.PathOf("crlnumber")}
            rand_serial = yes
            default_md = sha256
            default_days = 30
            default_crl_days = 30
            policy = any
            preserve = yes
            unique_subject = no
            [any]
            commonName = optional
            [client]
            basicConstraints = CA:FALSE
            extendedKeyUsage = clientAuth
            [server]
            basicConstraints = CA:FALSE
            extendedKeyUsage = serverAuth
            [authority]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign, cRLSign
            [req]
            distinguished_name = name
            [name]
            """, Ct);
        await File.WriteAllTextAsync(authority.PathOf("index.txt"), "", Ct);
        await File.WriteAllTextAsync(authority.PathOf("crlnumber"), "01\n", Ct);
        await authority.RequestAsync(subject, "ca");
        if (issuer is null)
            await authority.RunAsync(
                "ca", "-batch", "-config", "ca.cnf", "-selfsign", "-in", "ca.csr", "-out", "ca.crt", "-keyfile", "ca.key", "-notext",
                "-extensions", "authority");
        else
            await issuer.RunAsync(
                "ca", "-batch", "-config", "ca.cnf", "-in", authority.PathOf("ca.csr"), "-out", authority.PathOf("ca.crt"), "-notext",
                "-extensions", "authority");
        return authority;
    }

    /// <summary>Issues a certificate, with its key.</summary>
    /// <param name="subject">As openssl reads it: <c>/O=a/CN=b</c>.</param>
    /// <param name="usage">A section of the configuration: <c>client</c> or <c>server</c>.</param>
    /// <param name="until">When it expires; in 30 days by default.</param>
    public async Task<X509Certificate2> IssueAsync(string subject, string usage = "client", DateTime? until = null)
    {
        var name = $"client{++_issued}";
        await RequestAsync(subject, name);
        string[] dates = until is { } end
            ? ["-startdate", $"{end.AddYears(-1):yyyyMMddHHmmss}Z", "-enddate", $"{end:yyyyMMddHHmmss}Z"]
            : [];
        await RunAsync(
            ["ca", "-batch", "-config", "ca.cnf", "-in", $"{name}.csr", "-out", $"{name}.crt", "-notext", "-extensions", usage, .. dates]);
        return X509Certificate2.CreateFromPemFile(PathOf($"{name}.crt"), PathOf($"{name}.key"));
    }

    /// <summary>Takes a certificate back; it shows in the next list.</summary>
    public async Task RevokeAsync(X509Certificate2 certificate)
    {
        await File.WriteAllTextAsync(PathOf("revoked.crt"), certificate.ExportCertificatePem(), Ct);
        await RunAsync("ca", "-config", "ca.cnf", "-revoke", "revoked.crt");
    }

    /// <summary>The list of what was revoked.</summary>
    /// <param name="isExpired">Whether it counts no longer.</param>
    public async Task<string> RevocationListAsync(bool isExpired = false)
    {
        string[] dates = isExpired ? ["-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20200201000000Z"] : [];
        await RunAsync(["ca", "-config", "ca.cnf", "-gencrl", "-out", "ca.crl", .. dates]);
        return await File.ReadAllTextAsync(PathOf("ca.crl"), Ct);
    }

    /// <summary>A name of a certificate in the form that nginx gives to pods.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="which"><c>subject</c> or <c>issuer</c>.</param>
    public async Task<string> NameAsync(X509Certificate2 certificate, string which)
    {
        await File.WriteAllTextAsync(PathOf("shown.crt"), certificate.ExportCertificatePem(), Ct);
        var text = await RunAsync("x509", "-in", "shown.crt", "-noout", $"-{which}", "-nameopt", "RFC2253");
        return text.Trim()[(which.Length + 1)..];
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private Task RequestAsync(string subject, string name) => RunAsync(
        "req", "-new", "-config", PathOf("ca.cnf"), "-utf8", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", PathOf($"{name}.key"), "-out", PathOf($"{name}.csr"), "-subj", subject);

    private string PathOf(string file) => Path.Combine(_directory.FullName, file);

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            WorkingDirectory = _directory.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(Ct);
        var errors = process.StandardError.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        Assert.True(process.ExitCode == 0, $"openssl {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }
}
