using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>The administrator's kubeconfig: one context that signs in with the certificate, one with the token. What
/// <see cref="KeptIdentity"/> needs beside them is in an extension, which kubectl keeps. And those of others.</summary>
internal static class KubeconfigFile
{
    /// <summary>The administrator's.</summary>
    public static string AdministratorText(string name, Uri server, ClusterCertificates certificates, string token)
    {
        return $"""
            {Cluster(name, server, certificates)}
                extensions:
                - name: {KeptIdentity.Extension}
                  extension:
                    certificate-authority-key-data: {Key(certificates.Authority)}
            contexts:
            {Context(name, name)}
            {Context($"{name}-token", name)}
            users:
            - name: {name}
              user:
                client-certificate-data: {Base64(certificates.Client.ExportCertificatePem())}
                client-key-data: {Key(certificates.Client)}
            {UserWithToken($"{name}-token", token)}

            """;
    }

    /// <summary>That of somebody with a token, and nothing else.</summary>
    public static string Text(string name, Uri server, ClusterCertificates certificates, string token)
    {
        return $"""
            {Cluster(name, server, certificates)}
            contexts:
            {Context(name, name)}
            users:
            {UserWithToken(name, token)}

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

    private static string Cluster(string name, Uri server, ClusterCertificates certificates) => $"""
        apiVersion: v1
        kind: Config
        current-context: {name}
        clusters:
        - name: {name}
          cluster:
            server: {server.AbsoluteUri.TrimEnd('/')}
            certificate-authority-data: {Base64(certificates.AuthorityPem)}
        """;

    private static string Context(string user, string cluster) => $"""
        - name: {user}
          context:
            cluster: {cluster}
            user: {user}
        """;

    private static string UserWithToken(string name, string token) => $"""
        - name: {name}
          user:
            token: {token}
        """;

    private static string Key(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException($"{certificate.Subject} has no key.");
        return Base64(key.ExportECPrivateKeyPem());
    }

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem + "\n"));
}
