using YarpIngress.Options;

namespace YarpIngress.Tests.Options;

public class FlagsTests
{
    // Every flag of ingress-nginx 1.15 but --version, which is a command here, and klog's.
    private const string NginxFlags = """
        annotations-prefix apiserver-host bucket-factor certificate-authority configmap controller-class deep-inspect
        default-backend-service default-server-port default-ssl-certificate disable-catch-all disable-full-test
        disable-leader-election disable-svc-external-name disable-sync-events dynamic-configuration-retries election-id
        election-ttl enable-annotation-validation enable-metrics enable-ssl-chain-completion enable-ssl-passthrough
        enable-topology-aware-routing exclude-socket-metrics health-check-path health-check-timeout healthz-host
        healthz-port http-port https-port ingress-class ingress-class-by-name internal-logger-address kubeconfig
        length-buckets max-buckets maxmind-edition-ids maxmind-license-key maxmind-mirror maxmind-retries-count
        maxmind-retries-timeout metrics-per-host metrics-per-undefined-host monitor-max-batch-size
        post-shutdown-grace-period profiler-address profiler-port profiling publish-service publish-status-address
        report-node-internal-ip-address report-status-classes shutdown-grace-period size-buckets
        ssl-passthrough-proxy-port status-port status-update-interval stream-port sync-period sync-rate-limit
        tcp-services-configmap time-buckets udp-services-configmap update-status update-status-on-shutdown
        validating-webhook validating-webhook-certificate validating-webhook-key watch-ingress-without-class
        watch-namespace watch-namespace-selector v add_dir_header alsologtostderr log_backtrace_at log_dir log_file
        log_file_max_size logtostderr one_output skip_headers skip_log_headers stderrthreshold vmodule
        """;

    private static readonly char[] Separators = [' ', '\n', '\r'];

    public static TheoryData<string> EveryNginxFlag => [.. NginxFlags.Split(Separators, StringSplitOptions.RemoveEmptyEntries)];

    [Theory]
    [MemberData(nameof(EveryNginxFlag))]
    public void Every_flag_of_ingress_nginx_is_known(string name) => Assert.True(Flags.ByName.ContainsKey(name), name);

    [Fact]
    public void Every_default_that_is_printed_reads_back_as_the_default()
    {
        var defaults = new ControllerOptions();
        foreach (var flag in Flags.All.Where(flag => flag.Support != FlagSupport.NoMeaning))
        {
            var back = flag.Set(defaults, flag.Default);
            Assert.Equal(flag.Default, Flags.ByName[flag.Name].Default);
            Assert.Equivalent(defaults, back);
        }
    }

    [Fact]
    public void Every_flag_is_documented() => Assert.All(Flags.All, flag => Assert.EndsWith(".", flag.Doc));
}
