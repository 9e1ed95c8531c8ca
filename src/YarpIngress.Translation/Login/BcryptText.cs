namespace YarpIngress.Translation.Login;

/// <summary>bcrypt's own base64: another alphabet, no padding.</summary>
internal static class BcryptText
{
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The bytes of a text, as many as are whole.</summary>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length * 6 / 8];
        var (bits, count, at) = (0, 0, 0);
        foreach (var c in text)
        {
            bits = (bits << 6) | Alphabet.IndexOf(c);
            count += 6;
            if (count < 8 || at == bytes.Length)
                continue;
            count -= 8;
            bytes[at++] = (byte)(bits >> count);
            bits &= (1 << count) - 1;
        }
        return bytes;
    }
}
