using System.Buffers;
using System.Text;
using YarpIngress.Layer4.Passthrough;

namespace YarpIngress.Tests.Passthrough;

/// <summary>The name in a TLS client's first message, however it comes.</summary>
public sealed class ClientHelloTests
{
    [Theory]
    [InlineData("a.example.com", "a.example.com")]
    [InlineData("A.Example.COM.", "a.example.com")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("a b", null)]
    [InlineData("a.example.com\0", null)]
    public void TheNameIsTheHosts(string? asked, string? found) => Assert.Equal((true, found), Read(Hello.For(asked)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void RecordsOfAnySizeAndPacketsOfAnySizeSayTheSame(int size)
    {
        var bytes = Hello.InRecords("a.example.com", size);
        foreach (var packet in (int[])[1, 3, 64, bytes.Length])
            Assert.Equal((true, "a.example.com"), Read(bytes, packet));
    }

    [Fact]
    public void WhileItIsNotWholeNothingIsKnown()
    {
        var bytes = Hello.For("a.example.com");
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal((false, null), Read(bytes[..length]));
    }

    [Fact]
    public void WhatIsNoHelloIsNobodys()
    {
        var name = "a.example.com"u8.ToArray();
        byte[][] others =
        [
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a.example.com\r\n\r\n"),
            // SSL 2, an alert, another message of a handshake, an empty record, one that is too long, a message that is.
            [0x80, 0x2e, 1, 3, 1], [21, 3, 1, 0, 2, 1, 0], Hello.Record([2, 0, 0, 4, 0, 0, 0, 0]), [22, 3, 1, 0, 0], [22, 3, 1, 0x40, 1],
            Hello.Record([1, 1, 0, 0]), Hello.Record([1, 0, 0, 0]),
            // Two names, a name of another type, a list that ends early, one with more behind it.
            Hello.Record(Hello.Message(Hello.Extension(0, Hello.NameList(name, name)))),
            Hello.Record(Hello.Message(Hello.Extension(0, [0, 4, 1, 0, 1, 65]))),
            Hello.Record(Hello.Message(Hello.Extension(0, [0, 9, 0, 0, 1, 65]))),
            Hello.Record(Hello.Message(Hello.Extension(0, [.. Hello.NameList(name), 0]))),
            Hello.Record(Hello.Message(Hello.Extension(0, []))),
        ];
        foreach (var bytes in others)
            Assert.Equal((true, null), Read(bytes));
    }

    [Fact]
    public void ThereIsABoundToItsBytes()
    {
        // A message of the greatest length in records of a byte each never becomes whole.
        var bytes = Enumerable.Repeat((byte[])[22, 3, 1, 0, 1, 1], ClientHello.MostBytes / 6 + 1).SelectMany(record => record).ToArray();
        byte[] length = [1, 0, 0x7f, 0];
        for (var i = 0; i < length.Length; i++)
            bytes[(i * 6) + 5] = length[i];
        Assert.Equal((true, null), Read(bytes, 100));
        Assert.Equal((false, null), Read(bytes[..(ClientHello.MostBytes - 1)], 100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DamagedBytesNeverThrow(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = random.Next(2) == 0 ? Hello.For("a.example.com") : Hello.InRecords("a.example.com", random.Next(1, 80));
            for (var damage = random.Next(6); damage > 0; damage--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var (_, name) = Read(bytes[..random.Next(bytes.Length + 1)], random.Next(1, 40));
            Assert.True(name is null || name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-._") < 0);
        }
    }

    /// <summary>Gives it the bytes as they would come, in packets.</summary>
    private static (bool IsKnown, string? Name) Read(byte[] bytes, int packet = int.MaxValue)
    {
        using var hello = new ClientHello();
        for (var length = Math.Min(packet, bytes.Length); ; length = Math.Min(length + packet, bytes.Length))
        {
            if (hello.Read(Segments(bytes, length)))
                return (true, hello.ServerName);
            if (length == bytes.Length)
                return (false, hello.ServerName);
        }
    }

    private static ReadOnlySequence<byte> Segments(byte[] bytes, int length)
    {
        // Not all of it is in one piece of memory.
        var first = new Segment(bytes.AsMemory(0, length / 2), 0);
        var last = first.Append(bytes.AsMemory(length / 2, length - (length / 2)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
