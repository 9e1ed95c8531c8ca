using System.Text;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Pipeline.Login;
using YarpIngress.Translation.Login;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Login;

/// <summary>What becomes of passwords that take long to compare.</summary>
public sealed class PasswordQueueTests
{
    // Cost 5: "correct horse".
    private const string Bcrypt = "ada:$2y$05$LqhpAM3iFygQmV27Cs88peN7HavoX7UzF5LRDBHWx8IZq748yw3Ay";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_password_is_compared_once_for_all_who_bring_it_and_then_known()
    {
        var (queue, users) = (new PasswordQueue(), Users(Bcrypt));
        var first = Enumerable.Range(0, 200).Select(_ => queue.CompareAsync(users, With("ada", "correct horse"), Ct).AsTask()).ToList();
        Assert.All(await Task.WhenAll(first), verdict => Assert.Equal(PasswordVerdict.Right, verdict));
        // Known means that there is nothing to wait for.
        await Wait.UntilAsync(() => queue.CompareAsync(users, With("ada", "correct horse"), Ct).IsCompleted, "the password to be known");
        var known = queue.CompareAsync(users, With("ada", "correct horse"), Ct);
        Assert.True(known.IsCompletedSuccessfully);
        Assert.Equal(PasswordVerdict.Right, await known);
    }

    [Fact]
    public async Task A_wrong_one_does_not_become_right_by_what_is_known()
    {
        var (queue, users) = (new PasswordQueue(), Users(Bcrypt + "\ngrace:$2y$04$oeMLhpv4odG2Zfg5cJ9DuO3lqdTg.gum4wbqgbxzENoJkfKuAdw/a"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(PasswordVerdict.Right, await queue.CompareAsync(users, With("ada", "correct horse"), Ct));
            Assert.Equal(PasswordVerdict.Wrong, await queue.CompareAsync(users, With("ada", "correct hors"), Ct));
            Assert.Equal(PasswordVerdict.Wrong, await queue.CompareAsync(users, With("grace", "correct horse"), Ct));
            Assert.Equal(PasswordVerdict.Wrong, await queue.CompareAsync(users, With("adacorrect", " horse"), Ct));
            Assert.Equal(PasswordVerdict.Right, await queue.CompareAsync(users, With("grace", ""), Ct));
            Assert.Equal(PasswordVerdict.Wrong, await queue.CompareAsync(users, With("nobody", "correct horse"), Ct));
        }
    }

    [Fact]
    public async Task What_was_known_of_another_Secret_counts_for_nothing()
    {
        var queue = new PasswordQueue();
        Assert.Equal(PasswordVerdict.Right, await queue.CompareAsync(Users(Bcrypt), With("ada", "correct horse"), Ct));
        var rotated = Users("ada:$2y$04$oeMLhpv4odG2Zfg5cJ9DuO3lqdTg.gum4wbqgbxzENoJkfKuAdw/a");
        Assert.Equal(PasswordVerdict.Wrong, await queue.CompareAsync(rotated, With("ada", "correct horse"), Ct));
        Assert.Equal(PasswordVerdict.Right, await queue.CompareAsync(rotated, With("ada", ""), Ct));
    }

    [Fact]
    public async Task More_than_can_be_compared_are_turned_away_and_none_is_let_in()
    {
        var (queue, users) = (new PasswordQueue(), Users(Bcrypt));
        var guesses = Enumerable.Range(0, 1200).Select(i => queue.CompareAsync(users, With("ada", $"guess {i}"), Ct).AsTask()).ToList();
        var verdicts = await Task.WhenAll(guesses);
        Assert.DoesNotContain(PasswordVerdict.Right, verdicts);
        Assert.Contains(PasswordVerdict.Busy, verdicts);
        Assert.Equal(PasswordVerdict.Right, await queue.CompareAsync(users, With("ada", "correct horse"), Ct));
    }

    [Fact]
    public async Task Who_goes_away_does_not_take_the_comparison_from_those_who_wait()
    {
        var (queue, users) = (new PasswordQueue(), Users(Bcrypt));
        using var gone = new CancellationTokenSource();
        var first = queue.CompareAsync(users, With("ada", "correct horse"), gone.Token).AsTask();
        var second = queue.CompareAsync(users, With("ada", "correct horse"), Ct).AsTask();
        await gone.CancelAsync();
        Assert.Equal(PasswordVerdict.Right, await second);
        await Task.WhenAny(first);
    }

    [Theory]
    [InlineData("Basic YWRhOnB3", "ada", "pw")]
    [InlineData("basic  YWRhOnB3", "ada", "pw")]
    [InlineData("Basic YWRhOmE6Yg==", "ada", "a:b")]
    [InlineData("Basic YWRhOg==", "ada", "")]
    [InlineData("Basic OnB3", "", "pw")]
    [InlineData("Basic YWRh", null, null)]
    [InlineData("Basic", null, null)]
    [InlineData("Basic ", null, null)]
    [InlineData("Basic !!!!", null, null)]
    [InlineData("Bearer YWRhOnB3", null, null)]
    [InlineData("", null, null)]
    public void Credentials_are_read_or_there_are_none(string header, string? name, string? password)
    {
        Assert.Equal(name is not null, BasicCredentials.TryRead(header, out var credentials));
        Assert.Equal((name, password), (credentials?.Name, credentials is { } read ? Encoding.Latin1.GetString(read.Password.Span) : null));
        Assert.False(BasicCredentials.TryRead(new[] { header, header }, out _));
    }

    [Fact]
    public void Longer_credentials_than_anybody_has_are_none() =>
        Assert.False(BasicCredentials.TryRead("Basic " + Convert.ToBase64String(new byte[4000]), out _));

    private static BasicCredentials With(string name, string password) => new(name, Encoding.UTF8.GetBytes(password));

    private static LoginUsers Users(string file) => LoginSecret.Read(
        new V1Secret { Data = new() { ["auth"] = Encoding.UTF8.GetBytes(file) } }, LoginKind.Basic, LoginSecretForm.File).Users;
}
