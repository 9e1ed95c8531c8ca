using System.Net;
using System.Net.Sockets;
using YarpIngress.Proxy.Listeners;

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

    [Theory]
    [InlineData("http-port")]
    [InlineData("https-port")]
    [InlineData("healthz-port")]
    public async Task A_port_that_is_taken_is_one_line_that_names_the_flag(string flag)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var process = Start($"--{flag}={port}");
        Assert.Equal(1, await process.ExitAsync(Ct));
        Assert.Equal($"yarp-ingress: --{flag}={port}: another process listens on this port", process.Errors);
    }

    [Theory]
    [InlineData("--bind-address=203.0.113.7")]
    [InlineData("--healthz-host=203.0.113.7")]
    public async Task An_address_of_another_machine_is_one_line_that_names_the_flag(string flag)
    {
        await using var process = Start(flag);
        Assert.Equal(1, await process.ExitAsync(Ct));
        Assert.Equal($"yarp-ingress: {flag}: this machine has no such address", process.Errors);
    }

    [Fact]
    public void A_port_that_takes_privileges_says_which() => Assert.Equal(
        "--http-port=80: this process may not listen on this port; below net.ipv4.ip_unprivileged_port_start, which is 1024 unless it "
        + "was changed, that takes the capability NET_BIND_SERVICE",
        new PortRefusedException("--http-port=80", "--bind-address=::", new SocketException((int)SocketError.AccessDenied)).Message);

    /// <summary>With an API server that nobody needs to reach, and free ports but for those of the flag; the last one counts.</summary>
    private static ControllerProcess Start(string flag) => ControllerProcess.Start(
        "--apiserver-host=https://127.0.0.1:1", "--bind-address=127.0.0.1", "--healthz-host=127.0.0.1",
        "--http-port=0", "--https-port=0", "--healthz-port=0", flag);
}
