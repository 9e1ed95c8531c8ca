using System.Buffers;
using System.Buffers.Text;
using System.Text;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Translation;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>
/// Writes the head of a request to a pod (RFC 9112, 3 and 5). What Kestrel handed on is checked once more where it could
/// end a line: nothing of a client's may become another header or request.
/// </summary>
internal ref struct RequestHead : IHeaderSink
{
    private const int InitialSize = 4096;
    private static readonly SearchValues<char> LineBreaking = SearchValues.Create("\r\n\0");

    private byte[] _bytes;
    private int _length;

    private RequestHead(byte[] bytes) => _bytes = bytes;

    /// <summary>Writes the head, the empty line included.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pool">Where it goes; its authority is the host of a request of HTTP/1.0 without one.</param>
    /// <param name="body">What body will follow.</param>
    /// <param name="length">How many bytes were written.</param>
    /// <returns>An array of the shared pool, to be returned there.</returns>
    /// <exception cref="InvalidOperationException">The method or the target can't be written in one line.</exception>
    public static byte[] Write(GatewayRequest request, EndpointPool pool, RequestBody body, out int length)
    {
        var head = new RequestHead(ArrayPool<byte>.Shared.Rent(InitialSize));
        try
        {
            head.WriteAll(request, pool, body);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(head._bytes);
            throw;
        }
        length = head._length;
        return head._bytes;
    }

    /// <summary>Whether the pod is told to close the connection behind its answer.</summary>
    public static bool SaysClose(BackendPolicy policy, EndpointPool pool) =>
        policy.ConnectionHeader is { } option ? option == "close" : policy.Http10 || pool.Limits.MaximumIdle == 0;

    /// <inheritdoc/>
    public void Add(string name, string value)
    {
        if (value.Length == 0 || value.AsSpan().ContainsAny(LineBreaking))
            return;
        var line = Reserve(name.Length + value.Length + 4);
        var at = Encoding.Latin1.GetBytes(name, line);
        line[at] = (byte)':';
        line[at + 1] = (byte)' ';
        at += 2 + Encoding.Latin1.GetBytes(value, line[(at + 2)..]);
        line[at] = (byte)'\r';
        line[at + 1] = (byte)'\n';
        _length += at + 2;
    }

    /// <inheritdoc/>
    public void Add(string name, scoped ReadOnlySpan<byte> value)
    {
        var line = Reserve(name.Length + value.Length + 4);
        var at = Encoding.Latin1.GetBytes(name, line);
        ": "u8.CopyTo(line[at..]);
        value.CopyTo(line[(at + 2)..]);
        "\r\n"u8.CopyTo(line[(at + 2 + value.Length)..]);
        _length += at + value.Length + 4;
    }

    private void WriteAll(GatewayRequest request, EndpointPool pool, RequestBody body)
    {
        var policy = request.Backend?.Policy ?? BackendPolicy.None;
        var context = request.Context;
        var headers = context.Request.Headers;
        WriteRequestLine(request, context, policy.Http10);
        var host = headers.Host;
        Add("Host", request.BackendHost ?? (host.Count > 0 ? host.ToString() : pool.Authority));
        // As the client sent it, for the metrics: here, since every other walk over the headers would cost an allocation.
        var received = 12L + context.Request.Method.Length + request.RawTarget.Length;
        var named = headers.Connection is { Count: > 0 } connection ? RequestHeaderRules.NamedBy(connection) : null;
        var added = AddedHeaders.Exist(request);
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                received += name.Length + (value?.Length ?? 0) + 4;
            if (!RequestHeaderRules.IsForwarded(name, request)
                // Written here.
                || name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                || (request.ForwardedPrefix is not null && name.Equals(OwnHeaders.XForwardedPrefix, StringComparison.OrdinalIgnoreCase))
                || (added && AddedHeaders.Replace(request, name))
                || named?.Contains(name, StringComparer.OrdinalIgnoreCase) == true)
                continue;
            if (values.Count == 1)
                AddForwarded(name, values[0] ?? "");
            // RFC 9113, 8.2.3: HTTP/2 may split it, HTTP/1.1 may not.
            else if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
                AddForwarded(name, string.Join("; ", values.ToArray()));
            else
            {
                foreach (var value in values)
                    AddForwarded(name, value ?? "");
            }
        }
        request.HeadBytesReceived = received;
        OwnHeaders.Write(request, ref this);
        if (policy.ConnectionHeader is { } option)
            Add("Connection", option);
        else if (SaysClose(policy, pool))
            Append("Connection: close\r\n"u8);
        if (body.IsChunked)
            Append("Transfer-Encoding: chunked\r\n"u8);
        else if (body.Length > 0 || body.SaysLengthZero)
            WriteLength(body.Length);
        Append("\r\n"u8);
    }

    private void WriteRequestLine(GatewayRequest request, HttpContext context, bool http10)
    {
        var method = context.Request.Method;
        var raw = request.RawTarget;
        var target = request.RewrittenTarget ?? raw.AsSpan(request.PathStart);
        if (method.Length == 0 || method.AsSpan().ContainsAnyExcept(HeaderText.TokenCharacters)
            || target.ContainsAnyExceptInRange('!', '~'))
            throw new InvalidOperationException("A request whose method or target can't be written in a request line.");
        var line = Reserve(method.Length + target.Length + 13);
        var at = Encoding.ASCII.GetBytes(method, line);
        line[at++] = (byte)' ';
        // The absolute form without a path: "http://a.io?q".
        if (!target.StartsWith('/'))
            line[at++] = (byte)'/';
        at += Encoding.ASCII.GetBytes(target, line[at..]);
        (http10 ? " HTTP/1.0\r\n"u8 : " HTTP/1.1\r\n"u8).CopyTo(line[at..]);
        _length += at + 11;
    }

    /// <summary>Adds a client's header; unlike one of ours it may be empty.</summary>
    private void AddForwarded(string name, string value)
    {
        if (value.Length > 0)
            Add(name, value);
        else
            Add(name, ReadOnlySpan<byte>.Empty);
    }

    private void WriteLength(long length)
    {
        Append("Content-Length: "u8);
        Utf8Formatter.TryFormat(length, Reserve(20), out var digits);
        _length += digits;
        Append("\r\n"u8);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + count));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        return _bytes.AsSpan(_length);
    }
}
