using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.Otlp;

/// <summary>Sends metrics to a collector: a POST over HTTP, or the one call of its gRPC service, which is one too.</summary>
internal sealed class OtlpConnection : IDisposable
{
    private const string Service = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    // OTEL_EXPORTER_OTLP_TIMEOUT's default.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Uri _endpoint;
    private readonly bool _isGrpc;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers = HeadersOf(
        Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_HEADERS"));
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    public OtlpConnection(Uri endpoint, OtlpProtocol protocol)
    {
        _isGrpc = protocol == OtlpProtocol.Grpc;
        _endpoint = _isGrpc ? new Uri(endpoint, Service) : endpoint;
    }

    /// <summary>Sends one message.</summary>
    /// <returns>Why the collector did not take it; null when it did.</returns>
    public async Task<string?> SendAsync(ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(Timeout);
        try
        {
            using var request = Request(message);
            using var answer = await _http.SendAsync(request, late.Token);
            // Trailers come with the end of the body.
            await answer.Content.CopyToAsync(Stream.Null, late.Token);
            if (!answer.IsSuccessStatusCode)
                return $"status {(int)answer.StatusCode}";
            return _isGrpc && StatusOf(answer) is var status && status != "0" ? $"grpc-status {status}" : null;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return error.GetBaseException().Message;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds:0} seconds";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(ReadOnlyMemory<byte> message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint)
        {
            Content = new ReadOnlyMemoryContent(_isGrpc ? Framed(message.Span) : message),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(_isGrpc ? "application/grpc" : "application/x-protobuf");
        if (_isGrpc)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }
        foreach (var (name, value) in _headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    // Not compressed, then the length.
    private static byte[] Framed(ReadOnlySpan<byte> message)
    {
        var frame = new byte[message.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    // A call that fails at once has it among the headers.
    private static string StatusOf(HttpResponseMessage answer) =>
        answer.TrailingHeaders.TryGetValues("grpc-status", out var values) || answer.Headers.TryGetValues("grpc-status", out values)
            ? values.First()
            : "missing";

    private static IReadOnlyList<KeyValuePair<string, string>> HeadersOf(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString(pair[1]))),
    ];
}
