using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>
/// A request as Kestrel hands it over, with the headers of a browser. It is used again and again, as Kestrel's own are;
/// its collections are ASP.NET's plain ones, which are slower than Kestrel's.
/// </summary>
internal sealed class MicroExchange : FeatureCollection, IHostContextContainer<GatewayRequest>
{
    private readonly HttpRequestFeature _request;
    private readonly HttpResponseFeature _response = new();

    public MicroExchange(string host, string path, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        _request = new HttpRequestFeature
        {
            Method = "GET",
            Scheme = "http",
            Protocol = "HTTP/1.1",
            Path = path,
            RawTarget = path,
            Headers = new HeaderDictionary
            {
                ["Host"] = host,
                ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                ["Accept-Language"] = "en-US,en;q=0.5",
                ["Accept-Encoding"] = "gzip, deflate, br, zstd",
                ["Cookie"] = "session=0123456789abcdef0123456789abcdef",
            },
        };
        foreach (var (name, value) in headers)
            _request.Headers[name] = value;
        Set<IHttpRequestFeature>(_request);
        Set<IHttpRequestBodyDetectionFeature>(new NoBody());
        Set<IHttpResponseFeature>(_response);
        Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature());
        Set<IHttpConnectionFeature>(new HttpConnectionFeature
        {
            ConnectionId = "micro",
            RemoteIpAddress = System.Net.IPAddress.Loopback,
            RemotePort = 50_000,
            LocalIpAddress = System.Net.IPAddress.Loopback,
            LocalPort = 8080,
        });
    }

    public GatewayRequest? HostContext { get; set; }

    public int Status => _response.StatusCode;

    /// <summary>The next request of the connection.</summary>
    public void Reset()
    {
        _response.StatusCode = StatusCodes.Status200OK;
        _response.Headers.Clear();
    }

    private sealed class NoBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => false;
    }
}
