using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using YarpIngress.Controller;
using YarpIngress.Controller.Following;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Controller;

/// <summary>Secrets and ConfigMaps that annotations and settings name: their changes are live, by watches where that is allowed.</summary>
public sealed class NamedObjectTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Passwords_and_headers_change_as_soon_as_their_object_does()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(
            context => context.Response.WriteAsync($"team {context.Request.Headers["X-Team"]}", Ct));
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyAsync(ConfigMap("settings", "proxy-set-headers: default/sent"));
        await bed.ApplyAsync(ConfigMap("sent", "X-Team: one"));
        await bed.ApplyAsync(Secret("users", "first"));
        await bed.ApplyAsync(Secret("others", "other"));
        await bed.ApplyAsync(Ingress("users"));
        var controller = await bed.StartReadyControllerAsync(
            options => options with { ConfigMap = new("default", "settings") }, time: new PollingClock(Timeout.InfiniteTimeSpan));

        Assert.Equal("200 team one", await LogInAsync(controller, "first"));
        await bed.ApplyAsync(Secret("users", "second"));
        await UntilAsync(controller, "second", "200 team one");
        Assert.Equal("401", await LogInAsync(controller, "first"));
        await bed.ApplyAsync(ConfigMap("sent", "X-Team: two"));
        await UntilAsync(controller, "second", "200 team two");

        await bed.Api.DeleteAsync<V1Secret>("default", "users", Ct);
        await UntilAsync(controller, "second", "503");
        await bed.ApplyAsync(Secret("users", "third"));
        await UntilAsync(controller, "third", "200 team two");

        // What nobody named for a while may be another by now.
        await bed.ApplyAsync(Ingress("others"));
        await UntilAsync(controller, "other", "200 team two");
        await bed.ApplyAsync(Secret("users", "fourth"));
        await bed.ApplyAsync(Ingress("users"));
        await UntilAsync(controller, "fourth", "200 team two");
        Assert.Equal("401", await LogInAsync(controller, "third"));
        await bed.ApplyAsync(Secret("users", "fifth"));
        await UntilAsync(controller, "fifth", "200 team two");

        // One that is not there yet is waited for.
        await bed.ApplyAsync(Ingress("late"));
        await UntilAsync(controller, "fifth", "503");
        await bed.ApplyAsync(Secret("late", "sixth"));
        await UntilAsync(controller, "sixth", "200 team two");
    }

    [Fact]
    public async Task A_certificate_in_a_Secret_of_another_type_rotates_as_soon_as_the_Secret_does()
    {
        await using var bed = await TestBed.StartAsync();
        var (first, second) = (TestCertificate.Create("site.example.com"), TestCertificate.Create("site.example.com"));
        await bed.ApplyAsync(Pair(first));
        await bed.ApplyAsync(Ingress("users") + "  tls: [{hosts: [site.example.com], secretName: pair}]");
        var controller = await bed.StartReadyControllerAsync(time: new PollingClock(Timeout.InfiniteTimeSpan));
        await Wait.ForAsync(() => PresentedAsync(controller), thumbprint => thumbprint == first.Thumbprint, "the first certificate");
        await bed.ApplyAsync(Pair(second));
        await Wait.ForAsync(() => PresentedAsync(controller), thumbprint => thumbprint == second.Thumbprint, "the second certificate");
    }

    [Fact]
    public async Task What_may_be_got_and_not_watched_is_read_again_and_again()
    {
        var password = "first";
        await using var server = await Origin.StartAsync(context => AnswerAsync(context, Volatile.Read(ref password)));
        var options = ScriptedApi.Options(server) with { WatchNamespace = "default", IngressClassByName = true };
        await using var controller = await IngressController.StartAsync(
            options, Ct, _ => { }, new PollingClock(TimeSpan.FromMilliseconds(50)));
        await Wait.UntilAsync(() => controller.IsReady, "ready controller");
        // There is no pod: who is let in meets a 503.
        await UntilAsync(controller, "first", "503");
        Volatile.Write(ref password, "second");
        await UntilAsync(controller, "second", "503");
        Assert.Equal("401", await LogInAsync(controller, "first"));
    }

    // An API server that has one Ingress and one Secret, and lets us watch the latter not by its name.
    private static Task AnswerAsync(HttpContext context, string password)
    {
        var path = context.Request.Path.Value!;
        var isNamed = context.Request.Query["fieldSelector"].ToString().StartsWith("metadata.name", StringComparison.Ordinal);
        context.Response.ContentType = "application/json";
        if (path.EndsWith("/ingressclasses", StringComparison.Ordinal) || isNamed)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync(
                """{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403}""", Ct);
        }
        if (context.Request.Query.ContainsKey("watch"))
            return Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        if (path.EndsWith("/secrets/users", StringComparison.Ordinal))
            return context.Response.WriteAsync(
                $$$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"users","namespace":"default","resourceVersion":"{{{password}}}"},"type":"Opaque","data":{"auth":"{{{Users(password)}}}"}}""", Ct);
        var items = path.EndsWith("/ingresses", StringComparison.Ordinal)
            ? """
            {"metadata":{"name":"site","namespace":"default","resourceVersion":"1","annotations":{
              "nginx.ingress.kubernetes.io/auth-type":"basic","nginx.ingress.kubernetes.io/auth-secret":"users"}},
             "spec":{"ingressClassName":"yarp","rules":[{"host":"site.example.com","http":{"paths":[
              {"path":"/","pathType":"Prefix","backend":{"service":{"name":"web","port":{"number":80}}}}]}}]}}
            """
            : "";
        return context.Response.WriteAsync($$"""{"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":"1"},"items":[{{items}}] }""", Ct);
    }

    private static Task UntilAsync(IngressController controller, string password, string expected) =>
        Wait.ForAsync(() => LogInAsync(controller, password), answer => answer == expected, $"{expected} with the password {password}");

    private static async Task<string> LogInAsync(IngressController controller, string password)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{controller.HttpPort}/");
        request.Headers.Host = "site.example.com";
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"ada:{password}")));
        using var answer = await client.SendAsync(request, Ct);
        var status = (int)answer.StatusCode;
        return status == 200 ? $"{status} {await answer.Content.ReadAsStringAsync(Ct)}" : $"{status}";
    }

    private static async Task<string?> PresentedAsync(IngressController controller)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(System.Net.IPAddress.Loopback, controller.HttpsPort, Ct);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "site.example.com" }, Ct);
        return (tls.RemoteCertificate as X509Certificate2)?.Thumbprint;
    }

    private static string Pair(TestCertificate certificate) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: {name: pair, namespace: default}
        data:
          tls.crt: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.CertificatePem))}}
          tls.key: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.KeyPem))}}
        """;

    private static string Users(string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"ada:{{PLAIN}}{password}"));

    private static string Secret(string name, string password) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: {name: {{name}}, namespace: default}
        data: {auth: {{Users(password)}} }
        """;

    private static string ConfigMap(string name, string data) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{name}}, namespace: default}
        data: { {{data}} }
        """;

    private static string Ingress(string secret) => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: site
          namespace: default
          annotations: {nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: {{secret}} }
        spec:
          ingressClassName: yarp
          rules:
          - host: site.example.com
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } } ] }

        """;

    /// <summary>The clock of the machine, but for how often objects are read that are not watched.</summary>
    private sealed class PollingClock(TimeSpan interval) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            period == ReferencedObjects.Interval
                ? base.CreateTimer(callback, state, interval, interval)
                : base.CreateTimer(callback, state, dueTime, period);
    }
}
