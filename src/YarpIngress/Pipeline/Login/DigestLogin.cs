using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Access;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Login;

/// <summary>
/// <c>auth-type: digest</c>: a client proves that it knows the password without sending it (RFC 7616 with MD5 and <c>qop=auth</c>).
/// Each proof is good once in each replica.
/// </summary>
internal sealed class DigestLogin(TimeProvider time)
{
    // By users, so that those of one Secret can't use up what is remembered for another.
    private readonly ConditionalWeakTable<LoginUsers, DigestNonces> _nonces = [];

    /// <summary>What it says of a request.</summary>
    public AccessDecision Decide(GatewayRequest request, LoginPolicy policy)
    {
        var nonces = _nonces.GetValue(policy.Users, users => new DigestNonces(users.SharedKey(), time));
        if (!DigestCredentials.TryRead(request.Context.Request.Headers.Authorization, out var credentials)
            || credentials.Realm != policy.Realm
            || credentials.Uri != request.Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget
            || policy.Users.Find($"{credentials.Name}:{credentials.Realm}") is not { } hash
            || !IsRight(credentials, hash, request.Context.Request.Method))
            return Refused(policy, nonces, isStale: false);
        if (!nonces.Use(credentials.Nonce, credentials.Use))
            return Refused(policy, nonces, isStale: true);
        request.LoginName = credentials.Name;
        return AccessDecision.Allowed;
    }

    // A client that is told that only the number is too old makes another proof without asking for the password.
    private static AccessDecision Refused(LoginPolicy policy, DigestNonces nonces, bool isStale) =>
        AccessDecision.Refused(new LoginChallenge(
            $"Digest realm=\"{policy.Realm}\", qop=\"auth\", algorithm=MD5, nonce=\"{nonces.Make()}\"{(isStale ? ", stale=true" : "")}"));

    private static bool IsRight(DigestCredentials credentials, PasswordHash hash, string method)
    {
        var target = Md5($"{method}:{credentials.Uri}");
        var expected = MD5.HashData(Encoding.Latin1.GetBytes(
            $"{Convert.ToHexStringLower(hash.Expected)}:{credentials.Nonce}:{credentials.Count}:{credentials.ClientNonce}:auth:{target}"));
        return CryptographicOperations.FixedTimeEquals(expected, credentials.Response);
    }

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.Latin1.GetBytes(text)));
}
