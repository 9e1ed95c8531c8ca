using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Kubernetes;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Upstream;

/// <summary>
/// <c>upstream-keepalive-connections</c>, <c>-timeout</c>, <c>-time</c> and <c>-requests</c> of the ConfigMap, as pods see them: one that
/// is spoken to in plain HTTP/1.1 and one over TLS, since each has a forwarder of its own. Changed live.
/// </summary>
public sealed class KeepAliveKeysTests
{
    private readonly ConcurrentDictionary<string, bool> _open = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_to_pods_are_kept_as_the_keys_say(bool tls)
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(ServeAsync, HttpProtocols.Http1, listen =>
        {
            listen.Use(next => async connection =>
            {
                _open[connection.ConnectionId] = true;
                try
                {
                    await next(connection);
                }
                finally
                {
                    _open.TryRemove(connection.ConnectionId, out _);
                }
            });
            if (tls)
                TlsPods.Serve(listen);
        });
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: web
              namespace: default
              annotations: {nginx.ingress.kubernetes.io/backend-protocol: {{(tls ? "HTTPS" : "HTTP")}} }
            spec:
              ingressClassName: yarp
              rules:
              - host: web.example
                http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } } ] }
            """);
        await SetAsync(bed, "nothing: ''");
        var controller = await bed.StartReadyControllerAsync(options => options with { ConfigMap = new ObjectKey("default", "global") });

        // Usually one serves them all.
        var connections = new List<string>();
        async Task<IReadOnlyList<string>> AskAsync(int count)
        {
            connections.Clear();
            for (var number = 0; number < count; number++)
                connections.Add((await bed.GetAsync(controller, "web.example")).Body);
            return connections;
        }
        await Wait.UntilAsync(async () => (await AskAsync(10)).Distinct().Count() == 1, "one connection");

        await SetAsync(bed, "upstream-keepalive-connections: '0'");
        await Wait.UntilAsync(async () => (await AskAsync(10)).Distinct().Count() == 10, "a connection for each request");
        // Without the one of the settings before, which may have served the first of these and ends when its time comes.
        await AskAsync(10);
        await Wait.UntilAsync(() => !connections.Any(_open.ContainsKey), "no connection that waits");

        await SetAsync(bed, "upstream-keepalive-timeout: '1'");
        await Wait.UntilAsync(async () => (await AskAsync(3)).Distinct().Count() == 1, "one connection");
        await Wait.UntilAsync(() => !connections.Any(_open.ContainsKey), "no connection that waits longer");

        await SetAsync(bed, "upstream-keepalive-time: 1s");
        await Wait.UntilAsync(async () => (await AskAsync(2)).Distinct().Count() == 1, "a connection that is used again");
        var first = (await AskAsync(1))[0];
        await Wait.UntilAsync(async () => (await AskAsync(1))[0] != first, "another connection");

        if (tls)
            return; // Nobody counts them there, which the docs say.
        await SetAsync(bed, "upstream-keepalive-requests: '2'");
        await Wait.UntilAsync(async () => (await AskAsync(12)).GroupBy(one => one).Max(one => one.Count()) == 2, "two requests for each");
    }

    private static Task SetAsync(TestBed bed, string entry) => bed.ApplyAsync($$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: global, namespace: default}
        data: { {{entry}} }
        """);

    private static Task ServeAsync(HttpContext context) => context.Response.WriteAsync(context.Connection.Id, context.RequestAborted);
}
