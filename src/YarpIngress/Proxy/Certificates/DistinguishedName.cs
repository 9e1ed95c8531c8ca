using System.Buffers;
using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace YarpIngress.Proxy.Certificates;

/// <summary>
/// A name of a certificate as nginx's <c>$ssl_client_s_dn</c> has it (RFC 2253): <c>CN=a,O=b,C=de</c>, in visible ASCII. .NET
/// writes names in other orders, with other abbreviations and escapes.
/// </summary>
internal static class DistinguishedName
{
    private static readonly SearchValues<byte> Special = SearchValues.Create(",+\"\\<>;"u8);

    // OpenSSL's short names.
    private static readonly Dictionary<string, string> Names = new()
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.4"] = "SN",
        ["2.5.4.5"] = "serialNumber",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "street",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["2.5.4.12"] = "title",
        ["2.5.4.13"] = "description",
        ["2.5.4.15"] = "businessCategory",
        ["2.5.4.17"] = "postalCode",
        ["2.5.4.20"] = "telephoneNumber",
        ["2.5.4.41"] = "name",
        ["2.5.4.42"] = "GN",
        ["2.5.4.43"] = "initials",
        ["2.5.4.44"] = "generationQualifier",
        ["2.5.4.45"] = "x500UniqueIdentifier",
        ["2.5.4.46"] = "dnQualifier",
        ["2.5.4.65"] = "pseudonym",
        ["2.5.4.97"] = "organizationIdentifier",
        ["0.9.2342.19200300.100.1.1"] = "UID",
        ["0.9.2342.19200300.100.1.3"] = "mail",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["1.2.840.113549.1.9.1"] = "emailAddress",
        ["1.2.840.113549.1.9.2"] = "unstructuredName",
    };

    /// <summary>
    /// The text of a name; empty for one without parts. What can't be read as a name is written as <c>#</c> and its bytes.
    /// </summary>
    /// <param name="name">DER of the name.</param>
    public static string Write(ReadOnlyMemory<byte> name)
    {
        try
        {
            return Parts(name);
        }
        catch (AsnContentException)
        {
            // A client's own certificate must not end its connection without an answer.
            return $"#{Convert.ToHexString(name.Span)}";
        }
    }

    private static string Parts(ReadOnlyMemory<byte> name)
    {
        // Forgiving: the TLS stack has taken the certificate as it is.
        var parts = new AsnReader(name, AsnEncodingRules.BER).ReadSequence();
        var written = new List<string>();
        while (parts.HasData)
        {
            var values = parts.ReadSetOf(skipSortOrderValidation: true);
            var together = new List<string>();
            while (values.HasData)
                together.Add(Part(values.ReadSequence()));
            together.Reverse();
            written.Add(string.Join('+', together));
        }
        written.Reverse();
        return string.Join(',', written);
    }

    private static string Part(AsnReader part)
    {
        var oid = part.ReadObjectIdentifier();
        var encoded = part.PeekEncodedValue();
        return Names.TryGetValue(oid, out var name) && Utf8(part) is { } value
            ? $"{name}={Escaped(value)}"
            : $"{(name ?? oid)}=#{Convert.ToHexString(encoded.Span)}";
    }

    /// <summary>The text of a value in UTF-8; null for what is no text.</summary>
    private static byte[]? Utf8(AsnReader part)
    {
        var tag = part.PeekTag();
        if (tag.TagClass is not TagClass.Universal)
            return null;
        switch ((UniversalTagNumber)tag.TagValue)
        {
            // Latin-1, as everybody reads it.
            case UniversalTagNumber.T61String:
                return Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(part.PeekContentBytes().Span));
            case UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
                or UniversalTagNumber.NumericString or UniversalTagNumber.VisibleString:
                return part.PeekContentBytes().ToArray();
            case UniversalTagNumber.BMPString:
                return Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(part.PeekContentBytes().Span));
            default:
                return null;
        }
    }

    private static string Escaped(byte[] value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            if (b is < 0x20 or >= 0x7f)
                text.Append(CultureInfo.InvariantCulture, $"\\{b:X2}");
            else
            {
                var isEdge = (b == ' ' && (i == 0 || i == value.Length - 1)) || (b == '#' && i == 0);
                if (isEdge || Special.Contains(b))
                    text.Append('\\');
                text.Append((char)b);
            }
        }
        return text.ToString();
    }
}
