using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.AccessLog;

/// <summary>One line in the making, as bytes, in a buffer that its thread uses again for the next one.</summary>
internal sealed class LogLine
{
    private const int UsualSize = 2048;
    private const int LargestKept = 64 * 1024;
    private const string Hexadecimal = "0123456789ABCDEF";

    // What nginx's own escaping leaves alone.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    [ThreadStatic]
    private static LogLine? _mine;

    private byte[] _buffer = new byte[UsualSize];
    private int _length;
    private LogEscape _escape;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    /// <summary>An empty line of this thread.</summary>
    public static LogLine Begin(LogEscape escape)
    {
        var line = _mine ??= new LogLine();
        if (line._buffer.Length > LargestKept)
            line._buffer = new byte[UsualSize];
        (line._length, line._escape) = (0, escape);
        return line;
    }

    /// <summary>What has nothing to escape.</summary>
    public void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Space(text.Length));
        _length += text.Length;
    }

    /// <summary>The same in one step for up to eight bytes, the first one lowest.</summary>
    public void Raw(ulong text, int length)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Space(sizeof(ulong)), text);
        _length += length;
    }

    /// <summary>A value of ASCII that has nothing to escape, since it is our own or was checked when it came.</summary>
    public void Unescaped(string value)
    {
        Ascii.FromUtf16(value, Space(value.Length), out var written);
        _length += written;
    }

    /// <summary>A value that is not there: a hyphen as in nginx, nothing in JSON.</summary>
    public void Nothing()
    {
        if (_escape is LogEscape.Default)
            Raw("-"u8);
    }

    /// <summary>A value that may hold anything; null is not there.</summary>
    public void Text(string? value)
    {
        if (value is null)
            Nothing();
        else
            Text(value.AsSpan());
    }

    /// <summary>A value that may hold anything. Characters are bytes, as they are in headers here.</summary>
    public void Text(ReadOnlySpan<char> value)
    {
        var plain = value.IndexOfAnyExcept(Plain);
        if (plain < 0)
            plain = value.Length;
        Ascii.FromUtf16(value[..plain], Space(plain), out var written);
        _length += written;
        if (plain < value.Length)
            Escape(value[plain..]);
    }

    /// <summary>A whole number.</summary>
    public void Number(long value)
    {
        // Half of all: times and retries.
        if ((ulong)value < 10)
        {
            Space(1)[0] = (byte)('0' + value);
            _length++;
            return;
        }
        Utf8Formatter.TryFormat(value, Space(20), out var written);
        _length += written;
    }

    /// <summary>A time span in seconds with milliseconds.</summary>
    /// <param name="ticks">Of <see cref="Stopwatch"/>.</param>
    public void Seconds(long ticks)
    {
        var milliseconds = Math.Max(0, ticks) / (Stopwatch.Frequency / 1000);
        Number(milliseconds / 1000);
        var space = Space(4);
        var rest = (int)(milliseconds % 1000);
        space[0] = (byte)'.';
        space[1] = (byte)('0' + rest / 100);
        space[2] = (byte)('0' + rest / 10 % 10);
        space[3] = (byte)('0' + rest % 10);
        _length += 4;
    }

    /// <summary>Room for a value without anything to escape; <see cref="Advance"/> says how much was used.</summary>
    public Span<byte> Space(int bytes)
    {
        if (_buffer.Length - _length < bytes)
            Grow(bytes);
        return _buffer.AsSpan(_length);
    }

    /// <summary>So many bytes were written into <see cref="Space"/>.</summary>
    public void Advance(int bytes) => _length += bytes;

    private void Grow(int bytes) => Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));

    private void Escape(ReadOnlySpan<char> value)
    {
        // Bytes beyond ASCII pass into JSON when they are UTF-8, which JSON is; else they would break it.
        var passes = _escape is LogEscape.None || (_escape is LogEscape.Json && IsUtf8(value));
        foreach (var c in value)
        {
            var b = c <= 0xFF ? (byte)c : (byte)'?';
            switch (_escape)
            {
                case LogEscape.Default when b is < 32 or >= 127 or (byte)'"' or (byte)'\\':
                case LogEscape.None when b is (byte)'\n' or (byte)'\r':
                    Escaped("\\x"u8, b);
                    break;
                case LogEscape.Json when b is (byte)'"' or (byte)'\\':
                    Raw([(byte)'\\', b]);
                    break;
                case LogEscape.Json when b is < 32 or 127 || (b > 127 && !passes):
                    Control(b);
                    break;
                default:
                    Raw([b]);
                    break;
            }
        }
    }

    private void Control(byte b)
    {
        switch (b)
        {
            case (byte)'\n':
                Raw("\\n"u8);
                break;
            case (byte)'\r':
                Raw("\\r"u8);
                break;
            case (byte)'\t':
                Raw("\\t"u8);
                break;
            case (byte)'\b':
                Raw("\\b"u8);
                break;
            case (byte)'\f':
                Raw("\\f"u8);
                break;
            default:
                Escaped("\\u00"u8, b);
                break;
        }
    }

    private void Escaped(ReadOnlySpan<byte> prefix, byte b)
    {
        Raw(prefix);
        Raw([(byte)Hexadecimal[b >> 4], (byte)Hexadecimal[b & 15]]);
    }

    private static bool IsUtf8(ReadOnlySpan<char> value)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(value.Length);
        var written = Encoding.Latin1.GetBytes(value, bytes);
        var valid = System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, written));
        ArrayPool<byte>.Shared.Return(bytes);
        return valid;
    }
}
