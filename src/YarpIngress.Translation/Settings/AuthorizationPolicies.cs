using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Reads the policies of <c>authorization-policies</c>.</summary>
internal static class AuthorizationPolicies
{
    /// <summary>Reads one.</summary>
    public static AuthorizationPolicy Read(string name, DialectFields fields)
    {
        var claims = fields.Inner("RequireClaims");
        var policy = new AuthorizationPolicy
        {
            Name = name,
            RequiresUser = fields.Bool("RequireAuthenticatedUser") ?? false,
            Users = Texts(fields, "Users", one => one.Length > 0 && !one.Contains(':'), "must be a list of names"),
            Subjects = Texts(fields, "CertificateSubjects", IsSubject, "must be a list of parts of a subject, such as CN=orders"),
            Claims = claims is null ? [] : claims.Names.ToList().Select(header => Claim(claims, header)).ToEquatableArray(),
            Networks = fields.Has("Networks") ? NetworksOf(fields) : null,
            Methods = Texts(fields, "Methods", HeaderText.IsName, "must be a list of methods"),
        };
        fields.End();
        return policy != new AuthorizationPolicy { Name = name }
            ? policy
            : throw new FormatException(
                "asks for nothing; it must have one of RequireAuthenticatedUser: true, Users, CertificateSubjects, "
                + "RequireClaims, Networks, Methods");
    }

    private static RequiredClaim Claim(DialectFields claims, string header) => HeaderText.IsName(header)
        ? new(header, Texts(claims, header, one => one.Length > 0 && !one.Contains(','), "must be a list of values", mayBeEmpty: true))
        : throw claims.Wrong(header, "must be the name of a header");

    // A list that is there and empty would let anybody in where nobody was meant.
    private static EquatableArray<string> Texts(
        DialectFields fields, string name, Func<string, bool> isGood, string what, bool mayBeEmpty = false)
    {
        var isThere = fields.Has(name);
        var texts = fields.TextOrList(name);
        return (!isThere || texts.Count > 0 || mayBeEmpty) && texts.All(isGood) ? texts.ToEquatableArray() : throw fields.Wrong(name, what);
    }

    private static bool IsSubject(string text) =>
        text.IndexOf('=') is > 0 and var equals && equals < text.Length - 1 && text.All(c => c is > ' ' and < (char)0x7f or ' ');

    private static AddressList NetworksOf(DialectFields fields)
    {
        var networks = fields.TextOrList("Networks");
        try
        {
            return networks.Count > 0
                ? AddressList.Of(networks)
                : throw fields.Wrong("Networks", "must be a list of networks, such as 10.0.0.0/8");
        }
        catch (FormatException error)
        {
            throw fields.Wrong("Networks", error.Message);
        }
    }
}
