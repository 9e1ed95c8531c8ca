using System.Text;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>The kubeconfig: one context that signs in with the certificate, one with the token.</summary>
internal static class KubeconfigFile
{
    public static string Text(string name, Uri server, ClusterCertificates certificates, string token)
    {
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificates.Client)
            ?? throw new InvalidOperationException("The client certificate has no key.");
        return $"""
            apiVersion: v1
            kind: Config
            current-context: {name}
            clusters:
            - name: {name}
              cluster:
                server: {server.AbsoluteUri.TrimEnd('/')}
                certificate-authority-data: {Base64(certificates.AuthorityPem)}
            contexts:
            - name: {name}
              context:
                cluster: {name}
                user: {name}
            - name: {name}-token
              context:
                cluster: {name}
                user: {name}-token
            users:
            - name: {name}
              user:
                client-certificate-data: {Base64(certificates.Client.ExportCertificatePem())}
                client-key-data: {Base64(key.ExportECPrivateKeyPem())}
            - name: {name}-token
              user:
                token: {token}

            """;
    }

    /// <summary>Writes it readable by the owner alone, and all at once: a reader sees the old file or the new one.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var temporary = $"{full}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(temporary, options))
            await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation).ConfigureAwait(false);
        File.Move(temporary, full, overwrite: true);
    }

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem + "\n"));
}
