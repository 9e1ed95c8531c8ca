using System.Net;
using YarpIngress.Kubernetes;
using YarpIngress.Options;

namespace YarpIngress.Tests.Options;

public class CommandLineParserTests
{
    private static CommandLine Parse(params string[] args) => CommandLineParser.Parse(args, _ => null);

    private static string ErrorOf(params string[] args) => Assert.Throws<UsageException>(() => Parse(args)).Message;

    [Fact]
    public void Defaults_are_the_contract()
    {
        var options = Parse().Options;
        Assert.Equal((8080, 8443, 10254), (options.HttpPort, options.HttpsPort, options.HealthzPort));
        Assert.Equal(("yarp", "yarp-ingress.dev/controller"), (options.IngressClass, options.ControllerClass));
        Assert.Equal("nginx.ingress.kubernetes.io", options.AnnotationsPrefix);
        Assert.Equal(("yarp-ingress-leader", TimeSpan.FromSeconds(30)), (options.ElectionId, options.ElectionTtl));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(10)), (options.ShutdownGracePeriod, options.PostShutdownGracePeriod));
        Assert.True(options.UpdateStatus && options.UpdateStatusOnShutdown);
        Assert.Equal(LogFormat.Json, options.LogFormat);
    }

    [Theory]
    [InlineData("--http-port=81")]
    [InlineData("--http-port", "81")]
    [InlineData("-http-port=81")]
    [InlineData("--http-port=80", "--http-port=81")]
    public void Values_follow_an_equals_sign_or_come_next(params string[] args) => Assert.Equal(81, Parse(args).Options.HttpPort);

    [Theory]
    [InlineData("--update-status", true)]
    [InlineData("--update-status=true", true)]
    [InlineData("--update-status=T", true)]
    [InlineData("--update-status=false", false)]
    [InlineData("--update-status=0", false)]
    public void Switches_stand_alone_or_take_a_value(string argument, bool expected) =>
        Assert.Equal(expected, Parse(argument).Options.UpdateStatus);

    [Theory]
    [InlineData("-v=3")]
    [InlineData("--v=3")]
    [InlineData("-v", "3")]
    [InlineData("-v3")]
    public void Verbosity_as_klog_takes_it(params string[] args) => Assert.Equal(3, Parse(args).Options.Verbosity);

    [Fact]
    public void A_switch_does_not_take_the_next_argument()
    {
        var line = Parse("--update-status", "false");
        Assert.True(line.Options.UpdateStatus);
        Assert.Equal(["false"], line.Arguments);
    }

    [Fact]
    public void References_lists_and_addresses()
    {
        var options = Parse(
            "--publish-service=ingress/front", "--bind-address=127.0.0.1,::1", "--healthz-host=127.0.0.1",
            "--election-ttl=1m30s", "--shutdown-grace-period=5").Options;
        Assert.Equal(new ObjectKey("ingress", "front"), options.PublishService);
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], options.BindAddresses);
        Assert.Equal([IPAddress.Loopback], options.HealthzHosts);
        Assert.Equal(TimeSpan.FromSeconds(90), options.ElectionTtl);
        Assert.Equal(TimeSpan.FromSeconds(5), options.ShutdownGracePeriod);
        Assert.Equal(
            ["10.0.0.1", "lb.example.com"], Parse("--publish-status-address=10.0.0.1, lb.example.com").Options.PublishStatusAddresses);
    }

    [Fact]
    public void The_environment_sets_flags_and_a_flag_wins()
    {
        var environment = new Dictionary<string, string>
        {
            ["YARPINGRESS_HTTP_PORT"] = "81",
            ["YARPINGRESS_HTTPS_PORT"] = "444",
            ["YARPINGRESS_V"] = "2",
            ["YARPINGRESS_KUBECONFIG"] = "",
            ["POD_NAME"] = "pod-1",
            ["POD_NAMESPACE"] = "ingress",
        };
        var options = CommandLineParser.Parse(["--http-port=82"], environment.GetValueOrDefault).Options;
        Assert.Equal((82, 444, 2), (options.HttpPort, options.HttpsPort, options.Verbosity));
        Assert.Null(options.Kubeconfig);
        Assert.Equal(("pod-1", "ingress"), (options.PodName, options.PodNamespace));
    }

    [Fact]
    public void A_bad_value_in_the_environment_names_the_variable()
    {
        var error = Assert.Throws<UsageException>(() =>
            CommandLineParser.Parse([], name => name == "YARPINGRESS_HTTP_PORT" ? "http" : null));
        Assert.Equal("YARPINGRESS_HTTP_PORT=http: must be a port, 0 to 65535 (0 picks a free one)", error.Message);
    }

    [Theory]
    [InlineData("--http-port=http", "--http-port=http: must be a port")]
    [InlineData("--http-port=70000", "must be a port")]
    [InlineData("--http-port=-1", "must be a port")]
    [InlineData("--update-status=yes", "must be true or false")]
    [InlineData("--election-ttl=soon", "must be a duration")]
    [InlineData("--publish-service=front", "must be namespace/name")]
    [InlineData("--publish-service=a/b/c", "must be namespace/name")]
    [InlineData("--log-format=xml", "must be json or console")]
    [InlineData("--bind-address=everywhere", "must be IP addresses")]
    [InlineData("--v=loud", "must be a whole number")]
    [InlineData("--sync-period=soon", "must be a duration")]
    public void Bad_values_name_flag_value_and_what_is_allowed(string argument, string message) =>
        Assert.Contains(message, ErrorOf(argument));

    [Theory]
    [InlineData("--htp-port=80", "unknown flag --htp-port; did you mean --http-port?")]
    [InlineData("--publish-servce", "did you mean --publish-service?")]
    [InlineData("--ingres-class=nginx", "did you mean --ingress-class?")]
    [InlineData("--zzzzzzzz", "unknown flag --zzzzzzzz (")]
    public void An_unknown_flag_names_the_nearest_known(string argument, string message) => Assert.Contains(message, ErrorOf(argument));

    [Fact]
    public void A_flag_without_its_value_says_so() => Assert.Contains("--http-port needs a value", ErrorOf("--http-port"));

    [Fact]
    public void Flags_without_meaning_are_told_apart()
    {
        var line = Parse("--sync-period=1m", "--profiling", "--http-port=80");
        Assert.Equal(["profiling", "sync-period"], line.NoMeaning.Select(flag => flag.Name));
    }

    [Fact]
    public void Options_of_a_command_repeat_and_leave_its_arguments()
    {
        CommandOption[] own = [new('H', "header"), new('X', "method"), new('f', "filename")];
        var line = CommandLineParser.Parse(
            ["http://a/", "-X", "POST", "-H", "A: 1", "-HB: 2", "--header=C: 3", "-f", "-", "--ingress-class=nginx", "--", "-x"],
            _ => null, own);
        Assert.Equal(["POST"], line.Values["method"]);
        Assert.Equal(["A: 1", "B: 2", "C: 3"], line.Values["header"]);
        Assert.Equal(["-"], line.Values["filename"]);
        Assert.Equal(["http://a/", "-x"], line.Arguments);
        Assert.Equal("nginx", line.Options.IngressClass);
    }

    [Fact]
    public void The_argument_list_of_the_ingress_nginx_chart_starts()
    {
        var line = Parse(
            "--publish-service=ingress-nginx/ingress-nginx-controller", "--election-id=ingress-nginx-leader",
            "--controller-class=k8s.io/ingress-nginx", "--ingress-class=nginx", "--configmap=ingress-nginx/ingress-nginx-controller",
            "--validating-webhook=:8443", "--validating-webhook-certificate=/usr/local/certificates/cert",
            "--validating-webhook-key=/usr/local/certificates/key", "--enable-metrics=false", "--v=2", "--logtostderr=false");
        OptionsValidation.Check(line.Options);
        Assert.Equal("nginx", line.Options.IngressClass);
        // The webhook is where HTTPS is otherwise.
        Assert.Equal(443, line.Options.HttpsPort);
        Assert.Equal(8443, Parse("--ingress-class=nginx").Options.HttpsPort);
    }
}
