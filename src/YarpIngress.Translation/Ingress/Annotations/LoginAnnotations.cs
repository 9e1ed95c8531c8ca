using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Login;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Names and passwords; see <see cref="LoginPolicy"/>.</summary>
internal static class LoginAnnotations
{
    private const string Kind = "auth-type";
    private const string Secret = "auth-secret";
    private const string Form = "auth-secret-type";
    private const string Realm = "auth-realm";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new(Kind, AnnotationRisk.Low, "basic or digest", "none: nobody has to log in",
            "Asks for a name and a password of auth-secret; without them requests answer 401. Pods do not get the Authorization header.",
            (policies, text) => With(policies, login => login with
            {
                Kind = SettingValue.Word(text, ("basic", LoginKind.Basic), ("digest", LoginKind.Digest)),
            }))
        {
            FailsClosed = true,
            Example = "basic",
            Difference = "Without a usable auth-secret, and with another value, requests answer 503. "
                + "A mirror does not get the Authorization header either.",
        },
        new(Secret, AnnotationRisk.Medium, "a Secret, as name or namespace/name", "none",
            "The Secret with the users: a file of htpasswd or htdigest in its key auth, or what auth-secret-type says. "
            + "Hashes may be bcrypt, apr1, {SHA}, {SSHA}, crypt's $1$, $5$ and $6$, or {PLAIN} with the password itself.",
            (policies, text, source) => With(policies, login => login with { Secret = source.Named(NamedKind.Secret, Secret, text) }))
        {
            FailsClosed = true,
            Example = "site-users",
            Difference = "Without auth-type, and while nobody in it could log in, requests answer 503. Old DES hashes are not taken, nor a "
                + "bcrypt cost above "
                + $"{PasswordHashText.MostBcryptCost}, more than {PasswordHashText.MostRounds} rounds of crypt, or more than "
                + $"{LoginSecret.MostUsers} users.",
        },
        new(Form, AnnotationRisk.Low, "auth-file or auth-map", "auth-file",
            "Whether the users are a file in the Secret's key auth, or each a key of their own with the hash as its value.",
            (policies, text) => With(policies, login => login with
            {
                Form = SettingValue.Word(text, ("auth-file", LoginSecretForm.File), ("auth-map", LoginSecretForm.Map)),
            }))
        {
            FailsClosed = true,
            Example = "auth-map",
        },
        new(Realm, AnnotationRisk.Medium, "letters, digits, spaces and - . _ ~ / :", "empty",
            "What a browser shows when it asks for the password; for digest also what the users are stored with.",
            (policies, text) => With(policies, login => login with { Realm = RealmOf(text) }))
        {
            Example = "Staff only",
            Difference = "off is a realm like any other.",
        },
    ];

    /// <summary>Closes what is protected by half of what it takes.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        if (policies.Login is not { } login)
            return policies;
        var (kind, secret) = (source.KeyOf(Kind), source.KeyOf(Secret));
        if (kind is null && secret is null)
        {
            var useless = source.KeyOf(Form) is null ? Realm : Form;
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation, source.Field(useless),
                $"it has no effect without {Kind} and {Secret}; nobody has to log in");
            return policies with { Login = null };
        }
        if (kind is not null && secret is not null)
            return policies;
        var (there, missing) = kind is null ? (Secret, Kind) : (Kind, Secret);
        source.Problems.Error(
            ProblemReasons.InvalidAnnotation, source.Field(there),
            $"it protects nothing without {missing}; requests answer 503 until that is set");
        return policies with { Login = login, Denied = policies.Denied ?? source.KeyOf(there) };
    }

    /// <summary>Looks at the Secret: as long as nobody could log in, the routes are closed.</summary>
    public static RoutePolicies Resolve(RoutePolicies policies, ResolutionSource source)
    {
        if (policies.Login is not { Kind: { } kind, Secret: { } key } login)
            return policies;
        var secret = source.Objects.Secret(key);
        var read = LoginSecret.Read(secret, kind, login.Form);
        var field = source.FieldOf(NamedKind.Secret, key);
        var problem = read.Problem;
        if (problem is null && kind is LoginKind.Digest && !read.Users.HasRealm(login.Realm))
            problem = $"has no user of the realm {Quoted.Value(login.Realm)}, which auth-realm says";
        if (problem is not null)
        {
            source.Problems.Error(
                secret is null ? ProblemReasons.SecretNotFound : ProblemReasons.InvalidSecret, field,
                $"Secret {key} {problem}; requests answer 503 until it is mended");
            return policies with { Denied = policies.Denied ?? Secret };
        }
        if (read.Notice is { } notice)
            source.Problems.Warning(ProblemReasons.InvalidSecret, field, $"Secret {key}: {notice}");
        return policies with { Login = login with { Users = read.Users } };
    }

    private static RoutePolicies With(RoutePolicies policies, Func<LoginPolicy, LoginPolicy> change) =>
        policies with { Login = change(policies.Login ?? new()) };

    // The characters that ingress-nginx takes; none of them can end the quoted text that they become.
    private static string RealmOf(string text) =>
        text.Length <= 256 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '/' or ':' or ' ')
            ? text
            : throw new FormatException("must be at most 256 letters, digits, spaces and - . _ ~ / :");
}
