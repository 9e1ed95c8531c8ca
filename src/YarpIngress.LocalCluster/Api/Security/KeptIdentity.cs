using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>Who an earlier run was, read from the kubeconfig that it wrote.</summary>
/// <remarks>A real control plane has the same authority after a restart as before. Without that, every client of a restarted
/// cluster, such as a controller that still runs, would refuse the server.</remarks>
internal sealed record KeptIdentity(ClusterCertificates Certificates, string Token)
{
    public const string Extension = "yarp-ingress.dev/local-cluster";

    private static readonly TimeSpan ShortestLife = TimeSpan.FromDays(1);

    /// <summary>
    /// Null when <paramref name="path"/> is no kubeconfig of ours or what it holds ends soon: then everything is made
    /// anew.
    /// </summary>
    public static KeptIdentity? TryRead(string path, string name, IPAddress serviceAddress, DateTimeOffset now)
    {
        try
        {
            return File.Exists(path) && ManifestReader.ReadFile(path) is [{ Object: var root }]
                ? Read(root, name, serviceAddress, now)
                : null;
        }
        catch (Exception e) when (e is ManifestException or IOException or UnauthorizedAccessException
            or CryptographicException or FormatException or ArgumentException or InvalidOperationException)
        {
            // Somebody else's file, or one that somebody changed.
            return null;
        }
    }

    private static KeptIdentity? Read(JsonObject root, string name, IPAddress serviceAddress, DateTimeOffset now)
    {
        var cluster = Named(root["clusters"], name)?["cluster"];
        var user = Named(root["users"], name)?["user"];
        if (Named(root["users"], $"{name}-token")?["user"]?["token"]?.GetValue<string>() is not { Length: > 0 } token
            || Pem(cluster?["certificate-authority-data"]) is not { } authorityPem
            || Pem(Named(cluster?["extensions"], Extension)?["extension"]?["certificate-authority-key-data"]) is not { } authorityKey
            || Pem(user?["client-certificate-data"]) is not { } clientPem
            || Pem(user?["client-key-data"]) is not { } clientKey)
        {
            return null;
        }

        var authority = X509Certificate2.CreateFromPem(authorityPem, authorityKey);
        var client = X509Certificate2.CreateFromPem(clientPem, clientKey);
        if (authority.NotAfter.ToUniversalTime() > now.UtcDateTime + ShortestLife)
        {
            var certificates = ClusterCertificates.Continue(authority, client, serviceAddress, now);
            if (certificates.IsClient(client))
                return new KeptIdentity(certificates, token);
        }

        authority.Dispose();
        client.Dispose();
        return null;
    }

    private static JsonNode? Named(JsonNode? list, string name) =>
        (list as JsonArray)?.FirstOrDefault(item => item?["name"]?.ToString() == name);

    private static string? Pem(JsonNode? base64) =>
        base64 is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(base64.GetValue<string>()));
}
