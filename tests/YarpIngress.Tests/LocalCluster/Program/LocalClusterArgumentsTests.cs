using YarpIngress.LocalCluster.CommandLine;
using YarpIngress.Options;

namespace YarpIngress.Tests.LocalCluster.Program;

public sealed class LocalClusterArgumentsTests
{
    [Fact]
    public void Defaults_are_those_of_the_contract()
    {
        var arguments = LocalClusterArguments.Parse([]);
        Assert.Equal((6443, 8080, 8443, 10254), (arguments.ApiServerPort, arguments.HttpPort, arguments.HttpsPort, arguments.HealthzPort));
        Assert.Equal("local.kubeconfig", arguments.KubeconfigOut);
        Assert.Null(arguments.Apply);
        Assert.False(arguments.NoController);
    }

    [Fact]
    public void Flags_take_values_after_a_blank_or_an_equals_sign()
    {
        var arguments = LocalClusterArguments.Parse(
            ["--apiserver-port", "0", "--http-port=81", "--apply", "a", "b", "--no-controller", "--apply=c", "--kubeconfig-out", "x y"]);
        Assert.Equal((0, 81), (arguments.ApiServerPort, arguments.HttpPort));
        Assert.Equal(["a", "b", "c"], arguments.Apply!);
        Assert.Equal("x y", arguments.KubeconfigOut);
        Assert.True(arguments.NoController);
    }

    [Theory]
    [InlineData("--http-prot 80", "unknown flag --http-prot; did you mean --http-port? (--help lists all flags)")]
    [InlineData("--whatever-else", "unknown flag --whatever-else (--help lists all flags)")]
    [InlineData("--http-port abc", "--http-port=abc: a port from 0 to 65535; 0 picks one")]
    [InlineData("--http-port 70000", "--http-port=70000: a port from 0 to 65535; 0 picks one")]
    [InlineData("--http-port", "flag --http-port needs a value: --http-port=VALUE")]
    [InlineData("--apply", "flag --apply needs at least one file or directory")]
    [InlineData("--no-controller=maybe", "--no-controller=maybe: true or false")]
    [InlineData("serve", "unexpected argument \"serve\"; flags begin with --")]
    public void A_wrong_flag_is_named_with_what_is_right(string line, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => LocalClusterArguments.Parse(line.Split(' '))).Message);
}
