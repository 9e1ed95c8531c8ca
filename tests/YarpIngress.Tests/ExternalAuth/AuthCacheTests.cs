using YarpIngress.Pipeline;
using YarpIngress.Pipeline.ExternalAuth;
using YarpIngress.Tests.Answers;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary><c>auth-cache-key</c> and <c>auth-cache-duration</c>.</summary>
[Collection(nameof(AuthCollection))]
public sealed class AuthCacheTests(AnswersCluster cluster)
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("status=200&h=X-User:jane", true)]
    [InlineData("status=202", true)]
    [InlineData("status=401", true)]
    [InlineData("status=403", false)]
    [InlineData("status=204", false)]
    [InlineData("status=500", false)]
    [InlineData("status=200&h=Set-Cookie:a=b", false)]
    [InlineData("status=200&h=Cache-Control:no-store", false)]
    [InlineData("status=204&h=Cache-Control:max-age=60", true)]
    public async Task Requests_with_the_same_key_share_an_answer(string said, bool isShared)
    {
        await using var server = await AuthServer.StartAsync();
        var host = await cluster.AddHostAsync(
            "web", ("auth-url", $"{server.Url}/?{said}"), ("auth-cache-key", "$http_authorization"), ("auth-response-headers", "X-User"));
        var before = server.Questions.Count;
        var first = await cluster.SendAsync(host, "/a", "GET", null, ("Authorization", "Bearer one"));
        var second = await cluster.SendAsync(host, "/b", "GET", null, ("Authorization", "Bearer one"));
        Assert.Equal(first.Status, second.Status);
        Assert.Equal(first.Sent("X-User"), second.Sent("X-User"));
        Assert.Equal(before + (isShared ? 1 : 2), server.Questions.Count);
        await cluster.SendAsync(host, "/a", "GET", null, ("Authorization", "Bearer two"));
        Assert.Equal(before + (isShared ? 2 : 3), server.Questions.Count);
        if (isShared)
            Assert.Null(server.Last["If-None-Match"]);
    }

    [Fact]
    public async Task Auth_cache_duration_says_what_is_shared_and_another_question_shares_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        (string, string)[] Annotations(string url, string times) =>
            [("auth-url", url), ("auth-cache-key", "k"), ("auth-cache-duration", times), ("auth-signin", "https://login.example.com/")];
        var host = await cluster.AddHostAsync("web", Annotations($"{server.Url}/one?status=403", "403 1h, 200 0s"));
        for (var i = 0; i < 3; i++)
            Assert.Equal(403, (await cluster.SendAsync(host)).Status);
        Assert.Single(server.Questions);
        await cluster.ApplyIngressAsync(host, "web", Annotations($"{server.Url}/two?status=200", "403 1h, 200 0s"));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
        var before = server.Questions.Count;
        await cluster.SendAsync(host);
        await cluster.SendAsync(host);
        Assert.Equal(before + 2, server.Questions.Count);
    }

    [Theory]
    [InlineData(200, "", 300)]
    [InlineData(201, "", 0)]
    [InlineData(500, "Cache-Control: max-age=60", 0)]
    [InlineData(200, "Cache-Control: max-age=60", 60)]
    [InlineData(200, "Cache-Control: max-age=60, s-maxage=5", 5)]
    [InlineData(200, "Cache-Control: max-age=60, private", 0)]
    [InlineData(200, "Cache-Control: No-Cache", 0)]
    [InlineData(200, "Cache-Control: max-age=x", 0)]
    [InlineData(200, "Cache-Control: public", 300)]
    [InlineData(200, "Cache-Control: max-age=-1", 0)]
    [InlineData(200, "Expires: Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData(200, "Expires: Wed, 31 Dec 2025 00:01:00 GMT", 0)]
    [InlineData(200, "Expires: 0", 0)]
    [InlineData(200, "X-Accel-Expires: 7|Cache-Control: no-store", 7)]
    [InlineData(200, "X-Accel-Expires: 0", 0)]
    [InlineData(200, "X-Accel-Expires: @1767225610", 10)]
    [InlineData(200, "X-Accel-Expires: off", 0)]
    [InlineData(200, "Vary: Accept-Encoding", 300)]
    [InlineData(200, "Vary: Accept-Encoding, Cookie", 0)]
    [InlineData(200, "Vary: *", 0)]
    [InlineData(200, "Set-Cookie: a=b", 0)]
    [InlineData(200, "Cache-Control: max-age=4000000000", 365 * 86400)]
    public void A_service_says_itself_how_long_its_answer_lives(int status, string headers, int seconds)
    {
        using var answer = new HttpResponseMessage((System.Net.HttpStatusCode)status) { Content = new ByteArrayContent([]) };
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (header.Split(": ", 2)[0], header.Split(": ", 2)[1]);
            if (!answer.Headers.TryAddWithoutValidation(name, value))
                Assert.True(answer.Content.Headers.TryAddWithoutValidation(name, value));
        }
        var policy = new ExternalAuthPolicy { CacheKey = VariableText.Parse("k") };
        Assert.Equal(TimeSpan.FromSeconds(seconds), AuthAnswerLifetime.Of(answer, policy, Now));
        Assert.Equal(TimeSpan.Zero, AuthAnswerLifetime.Of(answer, policy with { CacheKey = null }, Now));
    }

    [Fact]
    public void An_answer_is_forgotten_when_its_time_is_over()
    {
        var clock = new ManualClock();
        var answers = new AuthAnswers(clock);
        answers.Add(1, Answer(TimeSpan.FromSeconds(10)));
        answers.Add(2, Answer(TimeSpan.Zero));
        clock.Now += TimeSpan.FromSeconds(9);
        Assert.NotNull(answers.Find(1));
        Assert.Null(answers.Find(2));
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.Null(answers.Find(1));
    }

    [Fact]
    public void However_many_keys_there_are_memory_is_bounded()
    {
        var answers = new AuthAnswers(new ManualClock());
        var one = Answer(TimeSpan.FromHours(1));
        for (var i = 0; i < 10 * AuthAnswers.LargestHalf; i++)
        {
            answers.Add((UInt128)i, one);
            // What is asked for again stays.
            Assert.True(i < 1 || answers.Find(0) is not null || i == 0);
        }
        Assert.InRange(answers.Count, 1, 2 * AuthAnswers.LargestHalf);
        answers.Add(UInt128.MaxValue, one with { Headers = [new HeaderValue("X-A", new string('x', 20_000))] });
        Assert.Null(answers.Find(UInt128.MaxValue));
    }

    [Fact]
    public void Keys_of_other_questions_and_of_other_values_differ()
    {
        var answers = new AuthAnswers(TimeProvider.System);
        var request = new GatewayRequest();
        var policy = new ExternalAuthPolicy { Url = AuthUrl.Parse("http://a/"), CacheKey = VariableText.Parse("k") };
        var keys = new[]
        {
            policy, policy with { Url = AuthUrl.Parse("http://b/") }, policy with { Method = "POST" },
            policy with { ResponseHeaders = ["X-User"] }, policy with { CacheKey = VariableText.Parse("l") },
        }.Select(one => answers.KeyOf(request, one)).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(keys[0], answers.KeyOf(request, policy with { AlwaysSetCookie = true }));
        Assert.NotEqual(keys[0], new AuthAnswers(TimeProvider.System).KeyOf(request, policy));
    }

    private static AuthAnswer Answer(TimeSpan lifetime) => new(200, [], default, default, lifetime);

    private sealed class ManualClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = AuthCacheTests.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
