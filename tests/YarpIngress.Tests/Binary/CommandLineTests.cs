namespace YarpIngress.Tests.Binary;

public class CommandLineTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Version_is_printed()
    {
        await using var process = ControllerProcess.Start("--version");
        Assert.Equal(0, await process.ExitAsync(Ct));
        Assert.Matches(@"\Ayarp-ingress \d+\.\d+\.\d+\S*\z", process.Output);
    }

    [Fact]
    public async Task An_unknown_flag_is_one_line_and_exit_code_2()
    {
        await using var process = ControllerProcess.Start("--htp-port=80");
        Assert.Equal(2, await process.ExitAsync(Ct));
        Assert.Equal("yarp-ingress: unknown flag --htp-port; did you mean --http-port? (--help lists all flags)", process.Errors);
        Assert.Equal("", process.Output);
    }
}
