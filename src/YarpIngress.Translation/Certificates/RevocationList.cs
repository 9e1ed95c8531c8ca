using System.Formats.Asn1;
using System.Numerics;

namespace YarpIngress.Translation.Certificates;

/// <summary>
/// A list of revoked certificates (RFC 5280, 5). .NET reads none from memory, so this does; the signature is checked by whoever
/// has the issuer's key.
/// </summary>
public sealed class RevocationList
{
    // A list of changes to another list, or of a part of an authority's certificates: neither says that others are good.
    private static readonly HashSet<string> Partial = ["2.5.29.27", "2.5.29.28"];

    private readonly HashSet<BigInteger> _serials = [];

    private RevocationList(ReadOnlyMemory<byte> signed) => Signed = signed;

    /// <summary>The bytes that are signed.</summary>
    public ReadOnlyMemory<byte> Signed { get; }

    /// <summary>OID of the algorithm that they are signed by.</summary>
    public string Algorithm { get; private set; } = "";

    /// <summary>DER of the algorithm's parameters; empty for none.</summary>
    public ReadOnlyMemory<byte> Parameters { get; private set; }

    /// <summary>The signature.</summary>
    public ReadOnlyMemory<byte> Signature { get; private set; }

    /// <summary>DER of the issuer's name.</summary>
    public ReadOnlyMemory<byte> Issuer { get; private set; }

    /// <summary>From when it counts, UTC.</summary>
    public DateTime ThisUpdate { get; private set; }

    /// <summary>Until when it counts, UTC; null for ever.</summary>
    public DateTime? NextUpdate { get; private set; }

    /// <summary>How many certificates it revokes.</summary>
    public int Count => _serials.Count;

    /// <summary>Whether it revokes a certificate.</summary>
    /// <param name="serial">The serial number, most significant byte first.</param>
    public bool Revokes(ReadOnlySpan<byte> serial) => _serials.Contains(new BigInteger(serial, isUnsigned: false, isBigEndian: true));

    /// <summary>Reads DER.</summary>
    /// <exception cref="FormatException">It is no list, or of a kind that is not understood. The message never quotes it.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var list = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var read = new RevocationList(list.PeekEncodedValue());
            read.ReadSigned(list.ReadSequence());
            var algorithm = list.ReadSequence();
            read.Algorithm = algorithm.ReadObjectIdentifier();
            read.Parameters = algorithm.HasData ? algorithm.ReadEncodedValue() : default;
            read.Signature = list.ReadBitString(out _);
            list.ThrowIfNotEmpty();
            return read;
        }
        catch (AsnContentException)
        {
            throw new FormatException("is damaged");
        }
    }

    private void ReadSigned(AsnReader list)
    {
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            list.ReadInteger();
        list.ReadSequence();
        Issuer = list.ReadEncodedValue();
        ThisUpdate = ReadTime(list);
        if (list.HasData && IsTime(list.PeekTag()))
            NextUpdate = ReadTime(list);
        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var entries = list.ReadSequence();
            while (entries.HasData)
            {
                var entry = entries.ReadSequence();
                _serials.Add(entry.ReadInteger());
                ReadTime(entry);
                if (entry.HasData)
                    ReadExtensions(entry.ReadSequence());
            }
        }
        if (list.HasData)
            ReadExtensions(list.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence());
    }

    private static void ReadExtensions(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var isCritical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (isCritical || Partial.Contains(oid))
                throw new FormatException($"has the extension {oid}, which is not understood");
        }
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTime ReadTime(AsnReader reader) =>
        (reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime()).UtcDateTime;
}
