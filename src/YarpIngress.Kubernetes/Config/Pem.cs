using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Kubernetes;

/// <summary>Certificates of authorities out of PEM text.</summary>
internal static class Pem
{
    public static X509Certificate2Collection AuthoritiesFromFile(string path, string source)
    {
        try
        {
            return Authorities(File.ReadAllText(path), $"{source}: {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterConfigException($"{source}: {path} can't be read: {e.Message}", e);
        }
    }

    public static X509Certificate2Collection Authorities(string pem, string source)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new ClusterConfigException($"{source} holds a certificate that can't be read: {e.Message}", e);
        }

        // An empty collection would trust nobody, and the error would come much later.
        return authorities.Count > 0
            ? authorities
            : throw new ClusterConfigException($"{source} holds no PEM certificate.");
    }
}
