using System.Text;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Pipeline.Login.Hashes;
using YarpIngress.Translation.Login;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Login;

/// <summary>Hashes as real programs write them.</summary>
public sealed class PasswordHashTests
{
    private const string Password = "correct horse";

    // The 70 and 100 characters: longer than a block of the digest, and than what bcrypt takes.
    private static readonly string Seventy = new('y', 70);
    private static readonly string Hundred = new('x', 100);

    public static TheoryData<string, string> Hashes() => new()
    {
        // htpasswd of Apache 2.4.71: -B, -m, -s, -2, -5.
        { "$2y$05$LqhpAM3iFygQmV27Cs88peN7HavoX7UzF5LRDBHWx8IZq748yw3Ay", Password },
        { "$2y$04$Uvkj3HI1Gm9Ep8Ljh5q/SeXaKlhmfZyhUTgsfbTVtpY/XpjBVPGIG", Hundred },
        { "$2y$04$KJwxeaaHJMMcfrj/xp.PXuhmh8ITywxcEv4Beo27O4s45IqvHhH/.", "pässwörd€" },
        { "$2y$04$oeMLhpv4odG2Zfg5cJ9DuO3lqdTg.gum4wbqgbxzENoJkfKuAdw/a", "" },
        { "$apr1$aeolag/x$hWn2kxPBpu/gFIQqFEHCz/", Password },
        { "$apr1$35Mma62t$JRbKJTIm.MP/BBCTKmz321", "" },
        { "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=", Password },
        { "$5$Lz2ggzEso2B6kAsu$b7BCABD7J03f0e27GpNNupQp6P7efA0XRbeGm/phsYD", Password },
        { "$6$IKgyHNH9KQR1LBou$On9nPG2InxwuyKFP5JMCXj.gJe59wociCTChRuIWH6UadTx5r1HLEXUusU774JXS1YOBoo/vEegZYUu.e5kJP.", Password },

        // openssl passwd -1, -apr1, -5, -6 of OpenSSL 3.0.
        { "$1$Salt1234$9/LAXvNR4xqAtJKDU7c7C0", Password },
        { "$1$ab$aIv6ziWB3cuCIAyDM6DaY1", Seventy },
        { "$apr1$Salt1234$SSHDj1KwxcI8RDt9qTTWh.", Password },
        { "$apr1$ab$JOOhN4UoyPnqVt.XU7EVV1", Seventy },
        { "$5$Salt1234$bYZ.78QMVQh5nMVecqr/LJD3zL96amRax6ZtWiSOnz6", Password },
        { "$5$ab$uMQo3bKQYI3uyxP/N/JZQDXf2YjFiWvEvGEFXBjh8A1", Seventy },
        { "$6$Salt1234$UmEfafA7Yr4w6qM7fgEOSQKddq1ZluN3oP4ZfodvTmpxWubaJZQPP4nUQQo3JfyEZKTEdqMvEkOKHaAsXj8.W/", Password },
        { "$6$ab$6TXtKim/BuiqlJOcaJmFqjGB5AotxUC.lQ5FKx8Rc7BW6m7FTvFiqfNokZCAt4TvTT255yesYK.4keLmsp/k9.", Seventy },

        // crypt of libxcrypt 4.4, with rounds and with other names of bcrypt.
        {
            "$6$rounds=1500$anotherlongsalt1$9FY3E5mQDE/I5VFA/cegMISPNfV4A2tExRy8cBZAfu3jEzV.8KYJUzMEy0xEPF1LTfJDOCKK5MeRza3zmdIML0",
            Password
        },
        { "$5$rounds=12345$s$JFsQWWscYKogM3nH6/OUvhAxaG9/mCUIE85fIfQvll.", Password },
        { "$2a$06$......................rpMA2TfAL137D2iU2jq2B.qFn6dPyrW", Password },
        { "$2b$05$ABCDEFGHIJKLMNOPQRSTUuoRzMfTz14Et2G0HCoDlm3q91eDCVDS2", Password },

        // Python's hashlib: SHA-1 of the password and "\x01\x02pepper", as slappasswd does it.
        { "{SSHA}bui3aVyt9Cpl8L2lmGfI9gSS/t4BAnBlcHBlcg==", Password },
        { "{PLAIN}correct horse", Password },
    };

    [Theory]
    [MemberData(nameof(Hashes))]
    public void A_right_password_is_right_and_no_other_is(string hash, string password)
    {
        var stored = Assert.IsType<PasswordHash>(Users($"ada:{hash}").Find("ada"));
        Assert.True(IsRight(stored, password));
        Assert.False(IsRight(stored, password + "x") && password.Length < 72);
        Assert.False(IsRight(stored, password + "\0"));
        Assert.False(IsRight(stored, password + "\0x"));
        if (password.Length > 0)
        {
            Assert.False(IsRight(stored, ""));
            Assert.False(IsRight(stored, password[1..] + password[0]) && password.Distinct().Count() > 1);
            Assert.False(IsRight(stored, "X" + password[1..]));
        }
    }

    [Fact]
    public void Bcrypt_takes_72_bytes_as_htpasswd_does()
    {
        var stored = Assert.IsType<PasswordHash>(
            Users("ada:$2y$04$Uvkj3HI1Gm9Ep8Ljh5q/SeXaKlhmfZyhUTgsfbTVtpY/XpjBVPGIG").Find("ada"));
        Assert.True(IsRight(stored, Hundred[..72]));
        Assert.False(IsRight(stored, Hundred[..71]));
    }

    [Theory]
    [InlineData("YxR4cLXX2k1PQ")]
    [InlineData("correct horse")]
    [InlineData("")]
    [InlineData("$2y$05$")]
    [InlineData("$2x$05$LqhpAM3iFygQmV27Cs88peN7HavoX7UzF5LRDBHWx8IZq748yw3Ay")]
    [InlineData("$2y$99$LqhpAM3iFygQmV27Cs88peN7HavoX7UzF5LRDBHWx8IZq748yw3Ay")]
    [InlineData("$2y$31$LqhpAM3iFygQmV27Cs88peN7HavoX7UzF5LRDBHWx8IZq748yw3Ay")]
    [InlineData("$2y$05$LqhpAM3iFygQmV27Cs88peN7HavoX7UzF5LRDBHWx8IZq748yw3A*")]
    [InlineData("$apr1$toolongsalt$hWn2kxPBpu/gFIQqFEHCz/")]
    [InlineData("$apr1$aeolag/x$short")]
    [InlineData("$1$noend")]
    [InlineData("$5$rounds=x$s$JFsQWWscYKogM3nH6/OUvhAxaG9/mCUIE85fIfQvll.")]
    [InlineData("$5$rounds=999999999$s$JFsQWWscYKogM3nH6/OUvhAxaG9/mCUIE85fIfQvll.")]
    [InlineData("$6$waytoolongasaltforthis$9FY3E5mQDE")]
    [InlineData("$7$scrypt")]
    [InlineData("{SHA}")]
    [InlineData("{SHA}notbase64!")]
    [InlineData("{SHA}AAAA")]
    [InlineData("{SSHA}L55TUjtiq8FBorTWAZ0jy6g129A=")]
    [InlineData("{PLAIN}")]
    [InlineData("{sha}L55TUjtiq8FBorTWAZ0jy6g129A=")]
    public void What_is_no_hash_lets_nobody_in(string hash)
    {
        var read = Read($"ada:{hash}");
        Assert.NotNull(read.Problem);
        Assert.Equal(0, read.Users.Count);
        // Nothing of the Secret is told.
        if (hash.Length > 7)
            Assert.DoesNotContain(hash[..7], read.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_have_what_editors_and_people_put_there()
    {
        var users = Users("\uFEFFada:{PLAIN}a\r\n\r\n# a comment: {PLAIN}x\r\ngrace:{PLAIN}g:Grace of the navy  \r\nlinus:{PLAIN}l  ");
        Assert.Equal(3, users.Count);
        Assert.All([("ada", "a"), ("grace", "g"), ("linus", "l")], user => Assert.True(IsRight(users.Find(user.Item1)!, user.Item2)));
        Assert.DoesNotContain("ada", users.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_line_of_a_user_counts()
    {
        var read = Read("ada:{PLAIN}first\nada:{PLAIN}second");
        Assert.True(IsRight(read.Users.Find("ada")!, "first"));
        Assert.Contains("line 2", read.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void More_users_than_there_may_be_are_none()
    {
        var file = string.Join('\n', Enumerable.Range(0, LoginSecret.MostUsers + 1).Select(i => $"user{i}:{{PLAIN}}x"));
        Assert.Contains("more than", Read(file).Problem, StringComparison.Ordinal);
        Assert.Equal(LoginSecret.MostUsers, Users(file[..file.LastIndexOf('\n')]).Count);
    }

    [Fact]
    public void Bytes_at_random_are_read_without_a_fault()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var file = new byte[random.Next(200)];
            random.NextBytes(file);
            foreach (var text in new[] { "$2y$", "$apr1$", "$6$rounds=", "{SHA}", ":", "\n" })
                if (file.Length > 20)
                    Encoding.ASCII.GetBytes(text).CopyTo(file.AsSpan(random.Next(file.Length - 12)));
            foreach (var kind in Enum.GetValues<LoginKind>())
            {
                var read = LoginSecret.Read(new V1Secret { Data = new() { ["auth"] = file } }, kind, LoginSecretForm.File);
                Assert.Equal(read.Problem is null, read.Users.Count > 0);
            }
        }
    }

    [Fact]
    public void Users_are_equal_when_their_Secrets_hold_the_same()
    {
        Assert.Equal(Users("ada:{PLAIN}a"), Users("ada:{PLAIN}a"));
        Assert.NotEqual(Users("ada:{PLAIN}a"), Users("ada:{PLAIN}b"));
    }

    private static LoginSecret Read(string file) => LoginSecret.Read(
        new V1Secret { Data = new() { ["auth"] = Encoding.UTF8.GetBytes(file) } }, LoginKind.Basic, LoginSecretForm.File);

    private static LoginUsers Users(string file)
    {
        var read = Read(file);
        Assert.Null(read.Problem);
        return read.Users;
    }

    private static bool IsRight(PasswordHash hash, string password) => Passwords.IsRight(hash, Encoding.UTF8.GetBytes(password));
}
