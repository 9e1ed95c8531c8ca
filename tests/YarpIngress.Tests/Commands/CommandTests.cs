using YarpIngress.Commands;
using YarpIngress.Options;

namespace YarpIngress.Tests.Commands;

public class CommandTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("explain", "--help")]
    [InlineData("/nginx-ingress-controller", "--help")]
    public async Task Help_lists_every_flag(params string[] args)
    {
        var output = new StringWriter();
        Assert.Equal(0, await Command.RunAsync(args, TextReader.Null, output, TextWriter.Null));
        Assert.All(Flags.All, flag => Assert.Contains("--" + flag.Name, output.ToString()));
    }

    [Theory]
    [InlineData("unknown command \"explian\"; did you mean explain?", "explian")]
    [InlineData("unexpected argument \"false\"; switches are written --flag=false", "--update-status", "false")]
    public async Task Wrong_usage_says_what_is_right(string message, params string[] args)
    {
        var error = await Assert.ThrowsAsync<UsageException>(
            () => Command.RunAsync(args, TextReader.Null, TextWriter.Null, TextWriter.Null));
        Assert.StartsWith(message, error.Message);
    }
}
