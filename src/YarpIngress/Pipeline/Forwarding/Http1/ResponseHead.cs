using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using YarpIngress.Pipeline.Headers;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>
/// Reads the head of a pod's answer (RFC 9112, 4 and 5), line by line as they come, and puts its headers into the answer
/// to the client. Strict: what two readers could understand differently is refused, and the client gets a 502.
/// </summary>
internal sealed class ResponseHead
{
    // Far more than anybody sends; each one costs memory and a look-up.
    private const int MaximumLines = 1000;

    /// <summary>What SocketsHttpHandler takes, and sixteen times what nginx does.</summary>
    public const int DefaultMaximumSize = 64 * 1024;

    // RFC 9110, 5.6.2: token.
    private static readonly SearchValues<byte> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // RFC 9110, 5.5: no control character but the tab; bytes above ASCII pass.
    private static readonly SearchValues<byte> NotInValues = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(value => value != '\t').Append(0x7F).Select(value => (byte)value)]);

    private readonly HeaderTexts _texts = new();
    private int _lines;
    private int _size;
    private int _scanned;
    private bool _hasTransferEncoding;
    private bool _isHttp10;
    private bool _saysClose;
    private bool _saysKeepAlive;
    private string? _reason;
    private StringValues _connection;

    /// <summary>The status; 0 before the first line was read.</summary>
    public int Status { get; private set; }

    /// <summary>The length of the body; -1 without one.</summary>
    public long ContentLength { get; private set; } = -1;

    /// <summary>How many bytes it may have.</summary>
    public int MaximumSize { get; set; } = DefaultMaximumSize;

    /// <summary>How many bytes the head has, as far as it was read.</summary>
    public int Size => _size;

    /// <summary>The pod's Server header; null without one.</summary>
    public string? Server { get; private set; }

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked => _hasTransferEncoding;

    /// <summary>Whether the pod keeps the connection after this answer (RFC 9112, 9.3).</summary>
    public bool KeepsConnection => !_saysClose && (!_isHttp10 || _saysKeepAlive);

    /// <summary>Whether it is an interim answer, after which another one comes.</summary>
    public bool IsInterim => Status is >= 100 and < 200;

    /// <summary>Begins with another head.</summary>
    public void Reset()
    {
        (Status, ContentLength, _lines, _size, _scanned) = (0, -1, 0, 0, 0);
        (_hasTransferEncoding, _isHttp10, _saysClose, _saysKeepAlive) = (false, false, false, false);
        (_reason, _connection, Server) = (null, default, null);
    }

    /// <summary>Reads what there is of the head.</summary>
    /// <param name="bytes">What came and was not consumed.</param>
    /// <param name="response">The answer to the client.</param>
    /// <param name="consumed">How many of the bytes are done with.</param>
    /// <returns>Whether the head is complete.</returns>
    /// <exception cref="PodException">It is no head of an answer.</exception>
    public bool TryRead(ReadOnlySpan<byte> bytes, HttpResponse response, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            var rest = bytes[consumed..];
            var end = rest[_scanned..].IndexOf((byte)'\n');
            if (end < 0)
            {
                _scanned = rest.Length;
                return false;
            }
            end += _scanned;
            _scanned = 0;
            consumed += end + 1;
            if ((_size += end + 1) > MaximumSize)
                throw PodException.Invalid($"The head of the answer is longer than {MaximumSize} bytes.");
            // RFC 9112, 2.2: a line may end without its CR.
            var line = end > 0 && rest[end - 1] == '\r' ? rest[..(end - 1)] : rest[..end];
            if (Status == 0)
            {
                ReadStatusLine(line);
            }
            else if (line.IsEmpty)
            {
                if (!IsInterim)
                    Finish(response);
                return true;
            }
            else
            {
                ReadHeader(line, response.Headers);
            }
        }
    }

    /// <summary>Name and value of a header line.</summary>
    /// <exception cref="PodException">It is none.</exception>
    public static void Split(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        // RFC 9112, 5.1: a proxy removes white space between name and colon. A line that begins with it is an obsolete
        // continuation (5.2), which a proxy may refuse.
        name = colon > 0 ? line[..colon].TrimEnd(" \t"u8) : default;
        if (name.IsEmpty || name.ContainsAnyExcept(TokenCharacters))
            throw PodException.Invalid("A header line of the answer has no valid name.");
        value = line[(colon + 1)..].Trim(" \t"u8);
        if (value.ContainsAny(NotInValues))
            throw PodException.Invalid("A header line of the answer has a control character in its value.");
    }

    private void ReadStatusLine(ReadOnlySpan<byte> line)
    {
        // RFC 9112, 4: HTTP-version SP status-code SP [ reason-phrase ]; the last space is often missing.
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)line[7]) || line[8] != ' '
            || (line.Length > 12 && line[12] != ' '))
            throw PodException.Invalid("The answer does not begin with a status line of HTTP/1.");
        _isHttp10 = line[7] == '0';
        foreach (var digit in line.Slice(9, 3))
        {
            if (!char.IsAsciiDigit((char)digit))
                throw PodException.Invalid("The status of the answer is no number.");
            Status = (Status * 10) + (digit - '0');
        }
        if (Status is < 100 or 101)
        {
            throw PodException.Invalid(Status == 101
                ? "The pod switched protocols without being asked to."
                : $"The pod answered with the status {Status}, which is none.");
        }
        var reason = line.Length > 13 ? line[13..] : default;
        if (reason.ContainsAny(NotInValues))
            throw PodException.Invalid("The reason phrase of the answer has a control character.");
        if (!Ascii.Equals(reason, ReasonPhrases.GetReasonPhrase(Status)))
            _reason = Encoding.Latin1.GetString(reason);
    }

    private void ReadHeader(ReadOnlySpan<byte> line, IHeaderDictionary headers)
    {
        if (++_lines > MaximumLines)
            throw PodException.Invalid($"The answer has more than {MaximumLines} header lines.");
        Split(line, out var name, out var value);
        // RFC 9110, 15.2: what comes with an interim answer is not for the final one.
        if (IsInterim)
            return;

        var header = _texts.Get(_lines - 1, name, value);
        switch (header.Kind)
        {
            case HeaderKind.Forwarded:
                var before = headers[header.Name];
                headers[header.Name] = before.Count == 0 ? header.Value : StringValues.Concat(before, header.Value);
                break;
            case HeaderKind.Server:
                Server = header.Value;
                break;
            case HeaderKind.ContentLength:
                ReadContentLength(value);
                break;
            case HeaderKind.TransferEncoding:
                ReadTransferEncoding(header.Value);
                break;
            case HeaderKind.Connection:
                ReadConnection(header.Value);
                break;
        }
    }

    /// <summary>RFC 9112, 6.3: digits only; several lines have to say the same.</summary>
    private void ReadContentLength(ReadOnlySpan<byte> value)
    {
        // 18 digits can't overflow, and are more than all storage there is.
        if (value.Length is 0 or > 18 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw PodException.Invalid("The Content-Length of the answer is no number.");
        var length = 0L;
        foreach (var digit in value)
            length = (length * 10) + (digit - '0');
        if (ContentLength >= 0 && ContentLength != length)
            throw PodException.Invalid("The answer has two different Content-Length headers.");
        ContentLength = length;
    }

    /// <summary>RFC 9112, 6.1 and 7: chunked, alone and once; no other coding was asked for with TE.</summary>
    private void ReadTransferEncoding(string value)
    {
        if (_hasTransferEncoding || _isHttp10 || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
            throw PodException.Invalid("The Transfer-Encoding of the answer is not chunked, once, in HTTP/1.1.");
        _hasTransferEncoding = true;
    }

    private void ReadConnection(string value)
    {
        _connection = StringValues.Concat(_connection, value);
        foreach (var range in value.AsSpan().Split(','))
        {
            var option = value.AsSpan(range).Trim();
            _saysClose |= option.Equals("close", StringComparison.OrdinalIgnoreCase);
            _saysKeepAlive |= option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase);
        }
    }

    private void Finish(HttpResponse response)
    {
        // RFC 9112, 6.3: one of them is a lie, and whoever believes the other one reads another answer.
        if (_hasTransferEncoding && ContentLength >= 0)
            throw PodException.Invalid("The answer has a Content-Length and a Transfer-Encoding.");
        response.StatusCode = Status;
        if (_reason is not null)
            response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = _reason;
        var headers = response.Headers;
        if (ContentLength >= 0)
            headers.ContentLength = ContentLength;
        foreach (var connection in _connection)
            ResponseHeaderRules.RemoveNamed(connection ?? "", headers);
        ResponseHeaderRules.Finish(Status, headers);
    }
}
