using YarpIngress.Options;

namespace YarpIngress.Tests.Options;

public class OptionsValidationTests
{
    private static void Check(params string[] args) => OptionsValidation.Check(CommandLineParser.Parse(args, _ => null).Options);

    [Fact]
    public void Defaults_are_valid() => Check();

    [Theory]
    [InlineData("exclude each other", "--watch-namespace=a", "--watch-namespace-selector=b=c")]
    [InlineData("exclude each other", "--publish-service=a/b", "--publish-status-address=10.0.0.1")]
    [InlineData("must be a label selector", "--watch-namespace-selector=a in b")]
    [InlineData("--ingress-class must not be empty", "--ingress-class=")]
    [InlineData("--controller-class must not be empty", "--controller-class=")]
    [InlineData("must be at least 1s", "--election-ttl=10ms")]
    [InlineData("must be a URL", "--apiserver-host=10.0.0.1:6443")]
    [InlineData("needs --validating-webhook-certificate", "--validating-webhook=:8443")]
    [InlineData("needs --validating-webhook-certificate", "--validating-webhook=:8443", "--validating-webhook-key=k")]
    [InlineData("needs --validating-webhook-certificate", "--validating-webhook=:8443", "--validating-webhook-secret=a/b")]
    [InlineData(
        "needs --validating-webhook-certificate", "--validating-webhook=:8443", "--validating-webhook-certificate=c",
        "--validating-webhook-key=k", "--validating-webhook-secret=a/b", "--validating-webhook-configuration=w")]
    [InlineData(
        "must be an address with a port", "--validating-webhook=webhook:8443", "--validating-webhook-secret=a/b",
        "--validating-webhook-configuration=w")]
    [InlineData(
        "must be an address with a port", "--validating-webhook=::1:8443", "--validating-webhook-secret=a/b",
        "--validating-webhook-configuration=w")]
    [InlineData(
        "must be an address with a port", "--validating-webhook=8443", "--validating-webhook-secret=a/b",
        "--validating-webhook-configuration=w")]
    [InlineData("neither an IP address nor a host name", "--publish-status-address=not a host")]
    [InlineData("--http-port and --healthz-port are both 8081", "--http-port=8081", "--healthz-port=8081")]
    [InlineData(
        "--https-port and --validating-webhook are both 8443", "--https-port=8443", "--validating-webhook=:8443",
        "--validating-webhook-secret=a/b", "--validating-webhook-configuration=w")]
    public void Rules_between_options(string message, params string[] args) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => Check(args)).Message);

    [Theory]
    [InlineData("team=web")]
    [InlineData("team==web,tier!=db")]
    [InlineData("team in (a, b), !internal,example.com/exposed")]
    [InlineData("tier notin (db)")]
    public void Label_selectors_that_the_API_takes(string selector) => Check("--watch-namespace-selector", selector);

    [Theory]
    [InlineData(":9443")]
    [InlineData("0.0.0.0:9443")]
    [InlineData("[::1]:0")]
    [InlineData("localhost:9443")]
    public void Addresses_of_the_webhook(string address) => Check(
        "--validating-webhook", address, "--validating-webhook-secret=a/b", "--validating-webhook-configuration=w");

    [Fact]
    public void Port_zero_may_repeat() => Check("--http-port=0", "--https-port=0", "--healthz-port=0");
}
