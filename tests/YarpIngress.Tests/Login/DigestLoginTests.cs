using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Pipeline.Login;
using YarpIngress.Tests.Access;
using YarpIngress.Tests.Answers;
using YarpIngress.Translation.Login;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Login;

/// <summary><c>auth-type: digest</c>.</summary>
[Collection(nameof(AccessCluster))]
public sealed partial class DigestLoginTests(AccessCluster cluster)
{
    // htdigest: MD5 of "ada:Staff only:correct horse".
    private const string File = "ada:Staff only:840b9cc5f9989c8e53cacf27a655a2e3";
    private const string Realm = "Staff only";

    private static readonly byte[] Key = [1, 2, 3];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task A_real_client_logs_in_and_the_pod_does_not_see_it(string service)
    {
        var host = await AddHostAsync($"digest-{service}", service);
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            Credentials = new CredentialCache { { new Uri($"http://127.0.0.1:{cluster.Controller.HttpPort}"), "Digest", new("ada", "correct horse") } },
        };
        using var client = new HttpClient(handler);
        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{cluster.Controller.HttpPort}/a?b={i}");
            request.Headers.Host = host;
            using var answer = await client.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotContain("Authorization:", await answer.Content.ReadAsStringAsync(Ct), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Curl_logs_in_with_the_right_password_only()
    {
        var host = await AddHostAsync("digest-curl", "web");
        Assert.Equal("200", await CurlAsync(host, "ada:correct horse"));
        Assert.Equal("401", await CurlAsync(host, "ada:wrong"));
        Assert.Equal("401", await CurlAsync(host, "nobody:correct horse"));
    }

    [Fact]
    public async Task A_proof_is_good_once_and_for_what_it_was_made_for()
    {
        var host = await AddHostAsync("digest-replay", "web");
        var challenge = (await cluster.SendAsync(host))["WWW-Authenticate"]!;
        Assert.Matches("^Digest realm=\"Staff only\", qop=\"auth\", algorithm=MD5, nonce=\"[^\"]+\"$", challenge);
        var nonce = Nonce().Match(challenge).Groups[1].Value;

        var proof = Proof(nonce, "/a", 1);
        Assert.Equal(200, (await SendAsync(host, "/a", proof)).Status);
        var again = await SendAsync(host, "/a", proof);
        Assert.Equal(401, again.Status);
        Assert.EndsWith(", stale=true", again["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(200, (await SendAsync(host, "/a", Proof(nonce, "/a", 5))).Status);
        // Requests may overtake each other.
        Assert.Equal(200, (await SendAsync(host, "/a", Proof(nonce, "/a", 3))).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", Proof(nonce, "/a", 3))).Status);

        Assert.Equal(401, (await SendAsync(host, "/b", Proof(nonce, "/a", 6))).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", Proof(nonce, "/a", 7, method: "DELETE"))).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", Proof(nonce, "/a", 8, password: "wrong"))).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", Proof(nonce, "/a", 9, realm: "Other"))).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", Proof(new string('A', nonce.Length), "/a", 1))).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", Proof("made up", "/a", 1))).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", Proof(nonce, "/a", 10).Replace("qop=auth, ", "", StringComparison.Ordinal))).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", Proof(nonce, "/a", 11) + ", nc=00000016")).Status);
        Assert.Equal(401, (await SendAsync(host, "/a", "Digest")).Status);

        nonce = Nonce().Match((await cluster.SendAsync(host))["WWW-Authenticate"]!).Groups[1].Value;
        Assert.Equal(401, (await SendAsync(host, "/a", Proof(nonce, "/a", 20))).Status);
        Assert.Equal(200, (await SendAsync(host, "/a", Proof(nonce, "/a", 19))).Status);
    }

    [Fact]
    public async Task A_number_of_one_replica_is_good_in_the_others()
    {
        var host = await AddHostAsync("digest-replicas", "web");
        var other = await cluster.Bed.StartReadyControllerAsync(
            options => options with { ConfigMap = new("default", "answers-settings"), DisableLeaderElection = true, UpdateStatus = false });
        var nonce = Nonce().Match((await cluster.SendAsync(host))["WWW-Authenticate"]!).Groups[1].Value;
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Proof(nonce, "/", 1)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Proof(nonce, "/", 1)));
        Assert.Equal(200, (await SendAsync(host, "/", Proof(nonce, "/", 2))).Status);

        async Task<HttpStatusCode> StatusAsync(string authorization)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{other.HttpPort}/");
            request.Headers.Host = host;
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await client.SendAsync(request, Ct);
            return answer.StatusCode;
        }
    }

    [Fact]
    public void A_nonce_is_good_for_its_time_and_for_those_who_have_the_same_users()
    {
        var time = new ManualClock();
        var nonces = new DigestNonces(Key, time);
        var nonce = nonces.Make();
        Assert.False(new DigestNonces([.. Key, 1], time).Use(nonce, 1));
        time.Pass(DigestNonces.Lifetime);
        Assert.True(new DigestNonces(Key, time).Use(nonce, 1));
        Assert.True(nonces.Use(nonce, 2));
        time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.False(nonces.Use(nonce, 3));

        nonce = nonces.Make();
        time.Pass(TimeSpan.FromSeconds(20));
        Assert.True(nonces.Use(nonce, 1));
        time.Pass(DigestNonces.Reuse);
        Assert.True(nonces.Use(nonce, 2));
        time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.False(nonces.Use(nonce, 3));
    }

    [Fact]
    public void Every_count_is_taken_once_however_they_come()
    {
        var nonces = new DigestNonces(Key, TimeProvider.System);
        var nonce = nonces.Make();
        var counts = Enumerable.Range(0, (int)DigestNonces.Replays + 20).SelectMany(count => new[] { count, count, count }).ToArray();
        new Random(3).Shuffle(counts);
        var taken = 0;
        Parallel.ForEach(counts, count =>
        {
            if (nonces.Use(nonce, (uint)count))
                Interlocked.Increment(ref taken);
        });
        Assert.Equal((int)DigestNonces.Replays - 1, taken);
        Assert.False(nonces.Use(nonce, uint.MaxValue));
    }

    [Fact]
    public void The_key_of_numbers_is_that_of_one_state_of_one_Secret()
    {
        byte[] Key(string uid, string version, string file) => LoginSecret.Read(
            new V1Secret
            {
                Metadata = new() { Name = "users", Uid = uid, ResourceVersion = version },
                Data = new() { ["auth"] = Encoding.ASCII.GetBytes(file) },
            },
            LoginKind.Digest, LoginSecretForm.File).Users.SharedKey();
        byte[][] keys = [Key("a", "1", File), Key("b", "1", File), Key("a", "2", File), Key("a", "1", File.Replace('8', '9'))];
        Assert.Equal(4, keys.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(keys[0], Key("a", "1", File));
    }

    [Fact]
    public void Nobody_who_floods_it_makes_a_used_one_good_again()
    {
        var time = new ManualClock();
        var nonces = new DigestNonces(Key, time);
        var first = nonces.Make();
        Assert.True(nonces.Use(first, 1));
        var refused = 0;
        for (var i = 0; i < 30_000; i++)
            refused += nonces.Use(nonces.Make(), 1) ? 0 : 1;
        Assert.InRange(refused, 1, 30_000);
        Assert.False(nonces.Use(first, 1));
        time.Pass(DigestNonces.Lifetime + TimeSpan.FromSeconds(1));
        Assert.True(nonces.Use(nonces.Make(), 1));
    }

    private async Task<string> AddHostAsync(string secret, string service)
    {
        await cluster.ApplySecretAsync(secret, ("auth", File));
        var host = await cluster.AddHostAsync(service, ("auth-type", "digest"), ("auth-secret", secret), ("auth-realm", Realm));
        await cluster.UntilAsync(host, answer => answer.Status == 401);
        return host;
    }

    private Task<Answer> SendAsync(string host, string target, string authorization) =>
        cluster.SendAsync(host, target, headers: ("Authorization", authorization));

    private async Task<string> CurlAsync(string host, string user)
    {
        using var curl = Process.Start(new ProcessStartInfo("curl", [
            "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--digest", "-u", user, "-H", $"Host: {host}",
            $"http://127.0.0.1:{cluster.Controller.HttpPort}/x?y=z"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await curl.StandardOutput.ReadToEndAsync(Ct);
        await curl.WaitForExitAsync(Ct);
        return output;
    }

    private static string Proof(
        string nonce, string uri, int count, string method = "GET", string password = "correct horse", string realm = Realm)
    {
        var nc = count.ToString("x8", CultureInfo.InvariantCulture);
        var response = Md5($"{Md5($"ada:{realm}:{password}")}:{nonce}:{nc}:c:auth:{Md5($"{method}:{uri}")}");
        return $"Digest username=\"ada\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", qop=auth, nc={nc}, cnonce=\"c\", response=\"{response}\"";
    }

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));

    private sealed class ManualClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Pass(TimeSpan time) => _now += time;
    }

    [GeneratedRegex("nonce=\"([^\"]+)\"")]
    private static partial Regex Nonce();
}
