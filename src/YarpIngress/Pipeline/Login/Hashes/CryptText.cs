namespace YarpIngress.Pipeline.Login.Hashes;

/// <summary>crypt's own base64: six bits a character, the lowest first.</summary>
internal static class CryptText
{
    /// <summary>Writes the bytes of <paramref name="digest"/> that <paramref name="order"/> names, three by three; -1 is no byte.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> digest, ReadOnlySpan<sbyte> order)
    {
        var alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8;
        var text = new List<byte>(order.Length / 3 * 4);
        for (var i = 0; i < order.Length; i += 3)
        {
            var (value, count) = (0, 0);
            for (var j = i; j < i + 3; j++)
            {
                value <<= 8;
                if (order[j] < 0)
                    continue;
                value |= digest[order[j]];
                count++;
            }
            // One character more than there are bytes.
            for (var j = 0; j <= count; j++, value >>= 6)
                text.Add(alphabet[value & 0x3f]);
        }
        return [.. text];
    }
}
