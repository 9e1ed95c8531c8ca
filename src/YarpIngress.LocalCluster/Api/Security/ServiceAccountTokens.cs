using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>The tokens of ServiceAccounts: JSON web tokens that end, and whose account has to be there still.</summary>
/// <remarks>Signed with the key of the authority, so that they hold over a restart as long as that does.</remarks>
internal sealed class ServiceAccountTokens(ClusterCertificates certificates, ObjectStore store, TimeProvider time)
{
    /// <summary>The issuer, and the audience of tokens for the API server itself.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private const string Header = """{"alg":"ES256"}""";

    /// <summary>A token of <paramref name="account"/>.</summary>
    public string Issue(StoredObject account, IReadOnlyList<string> audiences, DateTimeOffset end)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["aud"] = Json.Texts(audiences),
            ["exp"] = end.ToUnixTimeSeconds(),
            ["iat"] = now,
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = new JsonObject
            {
                ["namespace"] = account.Namespace,
                ["serviceaccount"] = new JsonObject { ["name"] = account.Name, ["uid"] = account.Uid },
            },
            ["nbf"] = now,
            ["sub"] = UserInfo.AccountName(account.Namespace, account.Name),
        };
        var signed = $"{Encode(Encoding.UTF8.GetBytes(Header))}.{Encode(Json.ToUtf8(claims))}";
        using var key = certificates.AuthorityKey();
        return $"{signed}.{Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>Whose token it is; null when it is none of ours, over, for somebody else, or its account is gone.</summary>
    public UserInfo? Identify(string token, IReadOnlyList<string>? audiences = null)
    {
        if (Claims(token) is not { } claims)
            return null;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Integer("exp") is not { } end || end <= now
            || claims.Array("aud")?.Any(audience => (audiences ?? [Issuer]).Contains(audience.AsString())) != true)
        {
            return null;
        }

        var about = claims.Object("kubernetes.io");
        var account = about.Object("serviceaccount");
        var key = StoredObject.KeyOf(about.String("namespace"), account.String("name") ?? "");
        return store.Find(ResourceCatalog.ServiceAccounts, key) is { IsDeleting: false } found && found.Uid == account.String("uid")
            ? UserInfo.ServiceAccount(found.Namespace, found.Name, found.Uid)
            : null;
    }

    // What we signed is what we wrote; everything else is no token of ours.
    private JsonObject? Claims(string token)
    {
        if (token.Split('.') is not [var header, var payload, var signature]
            || !Base64Url.IsValid(payload) || !Base64Url.IsValid(signature))
        {
            return null;
        }

        using var key = certificates.AuthorityKey();
        if (!key.VerifyData(Encoding.UTF8.GetBytes($"{header}.{payload}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256))
            return null;
        return JsonNode.Parse(Base64Url.DecodeFromChars(payload)) as JsonObject;
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
