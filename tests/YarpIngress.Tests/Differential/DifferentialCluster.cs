using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.Controller;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Differential;

/// <summary>One gateway and one nginx with all cases, and the pods that both send to.</summary>
public sealed class DifferentialCluster : IAsyncLifetime
{
    // Of the Secrets that cases name: "ada" has the password "lovelace".
    private const string Users = "ada:{SHA}MJgvYgf2tRctgBqviyzN0HpBdyY=\n";

    // What ingress-nginx sends to pods. An include, since a location with a header of its own would lose all others.
    private const string Pass = """
        proxy_set_header Host $vhost;
        proxy_set_header X-Request-ID $request_id;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Port $server_port;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Scheme $scheme;
        proxy_set_header X-Scheme $scheme;
        proxy_set_header X-Original-Forwarded-For $http_x_forwarded_for;
        proxy_set_header X-Original-Forwarded-Host $http_x_forwarded_host;
        proxy_set_header Proxy "";
        proxy_set_header Connection "";
        proxy_http_version 1.1;
        """;

    private readonly List<Origin> _pods = [];
    private string _auth = "";
    private NginxServer? _nginx;
    private TestBed? _bed;
    private IngressController? _controller;

    public async ValueTask InitializeAsync()
    {
        if (NginxServer.Binary is null)
            return;
        _bed = await TestBed.StartAsync();
        _nginx = new NginxServer();
        await ApplyAsync("ConfigMap", "settings", "data", new()
        {
            ["enable-real-ip"] = "true",
            ["proxy-real-ip-cidr"] = "127.0.0.0/8,10.0.0.0/8",
            ["use-gzip"] = "true",
            ["global-allowed-response-headers"] = "X-Team,Cache-Control",
        });
        await ApplyAsync("Secret", "users", "stringData", new() { ["auth"] = Users });
        await ApplyAsync("ConfigMap", "headers", "data", new() { ["X-Team"] = "shop", ["Cache-Control"] = "no-store" });
        var upstreams = "";
        foreach (var (name, handler) in ((string, Microsoft.AspNetCore.Http.RequestDelegate)[])[
            ("web", DifferentialPod.Echo("web")), ("other", DifferentialPod.Echo("other")), ("auth", DifferentialPod.Auth)])
        {
            var pod = await Origin.StartAsync(handler);
            _pods.Add(pod);
            _auth = name == "auth" ? pod.EndPoint.ToString() : "";
            await _bed.ApplyServiceAsync(name, pod.EndPoint);
            upstreams += $"upstream {name} {{ server {pod.EndPoint}; keepalive 8; }}\n";
        }
        await _nginx.AddFileAsync("users", Users);
        await _nginx.AddFileAsync("pass", Pass);
        await _nginx.StartAsync(Http(upstreams, _nginx.Directory));
        foreach (var one in DifferentialCase.All)
            await ApplyIngressAsync(one);
        _controller = await _bed.StartReadyControllerAsync(options => options with { ConfigMap = new("default", "settings") });
    }

    /// <summary>Asks both, and leaves out lines that begin with <paramref name="but"/>.</summary>
    internal async Task<(string Nginx, string Gateway)> AskAsync(DifferentialRequest request, IReadOnlyList<string> but)
    {
        var answers = new List<string>();
        foreach (var (address, port) in ((IPAddress, int)[])[
            (_nginx!.Address, NginxServer.Port), (IPAddress.Loopback, _controller!.HttpPort)])
        {
            var answer = await DifferentialAnswer.AskAsync(address, port, request.Text);
            answers.Add(string.Join('\n', answer.Split('\n').Where(line => !but.Contains(line.Split(':')[0]))));
        }
        return (answers[0], answers[1]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_bed is not null)
            await _bed.DisposeAsync();
        if (_nginx is not null)
            await _nginx.DisposeAsync();
        foreach (var pod in _pods)
            await pod.DisposeAsync();
    }

    private string Http(string upstreams, string files) => $$"""
        server_names_hash_bucket_size 128;
        absolute_redirect on;
        port_in_redirect off;
        server_tokens off;
        client_max_body_size 1m;
        set_real_ip_from 127.0.0.0/8;
        set_real_ip_from 10.0.0.0/8;
        real_ip_header X-Forwarded-For;
        real_ip_recursive on;
        gzip on;
        gzip_comp_level 1;
        gzip_min_length 256;
        gzip_http_version 1.1;
        gzip_proxied any;
        gzip_vary on;
        gzip_types application/json text/css text/plain;
        proxy_redirect off;
        proxy_request_buffering on;
        limit_req_zone $binary_remote_addr zone=minute:1m rate=1r/m;
        limit_conn_zone $binary_remote_addr zone=open:1m;
        {{upstreams}}
        server { listen {{_nginx!.Address}}:{{NginxServer.Port}} default_server; server_name _; return 404; }
        {{string.Concat(DifferentialCase.All.Select(one => $$"""
            server {
              listen {{_nginx!.Address}}:{{NginxServer.Port}};
              {{(one.Nginx.Contains("server_name", StringComparison.Ordinal) ? "" : $"server_name {one.Host};")}}
              set $vhost $http_host;
              {{one.Nginx.Replace("FILES", files, StringComparison.Ordinal).Replace("PASS", $"include {files}/pass; proxy_pass http:/", StringComparison.Ordinal)}}
            }

            """))}}
        """;

    private Task ApplyAsync(string kind, string name, string field, JsonObject content) => _bed!.ApplyAsync(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        [field] = content,
    }.ToJsonString());

    private Task ApplyIngressAsync(DifferentialCase one) => _bed!.ApplyAsync(new JsonObject
    {
        ["apiVersion"] = "networking.k8s.io/v1",
        ["kind"] = "Ingress",
        ["metadata"] = new JsonObject
        {
            ["name"] = one.Name,
            ["namespace"] = "default",
            ["annotations"] = new JsonObject(one.Annotations.Select(annotation =>
                KeyValuePair.Create(
                    $"nginx.ingress.kubernetes.io/{annotation.Name}",
                    (JsonNode?)annotation.Value.Replace("AUTH", _auth, StringComparison.Ordinal)))),
        },
        ["spec"] = new JsonObject
        {
            ["ingressClassName"] = "yarp",
            ["rules"] = new JsonArray(new JsonObject
            {
                ["host"] = one.Host,
                ["http"] = new JsonObject
                {
                    ["paths"] = new JsonArray([.. one.Paths.Select(path => new JsonObject
                    {
                        ["pathType"] = path.Type,
                        ["path"] = path.Path,
                        ["backend"] = JsonNode.Parse($$"""{"service":{"name":"{{path.Service}}","port":{"number":80} } }"""),
                    })]),
                },
            }),
        },
    }.ToJsonString());
}
