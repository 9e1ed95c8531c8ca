using System.Text;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Access;

/// <summary>
/// An annotation that closes its routes when it can't do what it is there for, and all the ways in which it can be broken.
/// </summary>
internal sealed record Protection(Annotation Annotation)
{
    private static readonly TestCertificate Certificate = TestCertificate.Create("backend.internal");

    /// <summary>Every one that this version has; one that is new is in it by itself.</summary>
    public static IReadOnlyList<Protection> All { get; } =
        [.. IngressAnnotations.All.Where(annotation => annotation.FailsClosed).Select(annotation => new Protection(annotation))];

    /// <summary>A value that is allowed; null when none is.</summary>
    public string? Good => Annotation.Example;

    /// <summary>What else the Ingress says, so that the annotation means something.</summary>
    public IReadOnlyList<(string Name, string Value)> With => Annotation.Name switch
    {
        "auth-type" => [("auth-secret", "users")],
        "auth-secret" => [("auth-type", "basic")],
        "auth-secret-type" => [("auth-type", "basic"), ("auth-secret", "each")],
        "auth-url" or "auth-tls-secret" => [],
        var name when name.StartsWith("auth-tls-", StringComparison.Ordinal) => [("auth-tls-secret", "users")],
        // Where nobody answers.
        var name when name.StartsWith("auth-", StringComparison.Ordinal) => [("auth-url", "http://127.0.0.1:9/")],
        _ => [],
    };

    /// <summary>The kind of object that the annotation names; null when it names none.</summary>
    public NamedKind? Names => Good is { } good && Parse(good).Objects is [.., { } use] && use.Field.Contains(Annotation.Name + "]", StringComparison.Ordinal)
        ? use.Object.Kind
        : null;

    /// <summary>Values that are none.</summary>
    public IEnumerable<(string What, string Value)> BadValues =>
    [
        ("empty", ""), ("blank", "  \t "), ("a word", "no such value!"), ("control characters", "\u0001\u001b[0m\u0000"),
        ("too long", new string('x', 20_000)), ("other letters", "значение\u2028\uFFFD"), ("open brackets", "[[[[{"),
        ("a good one with something behind", Good?.TrimEnd() + ",, no such value!"), ("a number out of range", "-99999999999999999999"),
        .. Names is null ? (IEnumerable<(string, string)>)[] : [("nobody's", "nowhere"), ("of another namespace", "elsewhere/good")],
    ];

    /// <summary>Contents of the object that are none.</summary>
    public IEnumerable<(string What, IReadOnlyList<(string Key, byte[] Value)> Data)> BadObjects => Names switch
    {
        null => [],
        NamedKind.Secret =>
        [
            ("an empty object", []),
            ("other keys", [("other", "value"u8.ToArray())]),
            ("empty values", [.. Keys.Select(key => (key, Array.Empty<byte>()))]),
            ("bytes at random", [.. Keys.Select(key => (key, Noise(300)))]),
            ("too much", [.. Keys.Select(key => (key, Noise(150_000)))]),
            ("PEM of nothing", [.. Keys.Select(key => (key, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"u8.ToArray()))]),
        ],
        _ =>
        [
            ("a header that is not allowed", [("X-Not-Allowed", "x"u8.ToArray())]),
            ("a header that frames the message", [("Content-Length", "5"u8.ToArray())]),
            ("values that are none", [("X-Team", "two\nlines"u8.ToArray())]),
        ],
    };

    /// <summary>A content that is right.</summary>
    public IReadOnlyList<(string Key, byte[] Value)> GoodObject => Annotation.Name switch
    {
        "auth-secret" => [("auth", "ada:{PLAIN}pw"u8.ToArray())],
        "proxy-ssl-secret" =>
        [
            ("tls.crt", Encoding.ASCII.GetBytes(Certificate.CertificatePem)), ("tls.key", Encoding.ASCII.GetBytes(Certificate.KeyPem)),
            ("ca.crt", Encoding.ASCII.GetBytes(Certificate.CertificatePem)),
        ],
        "auth-tls-secret" => [("ca.crt", Encoding.ASCII.GetBytes(Certificate.CertificatePem))],
        "custom-headers" or "auth-proxy-set-headers" => [("X-Team", "shop"u8.ToArray())],
        _ => throw new InvalidOperationException($"Say what a good object of {Annotation.Name} is."),
    };

    /// <summary>Those of the cases that break nothing, and why.</summary>
    public string? WhyHarmless(string what) => (Annotation.Name, what) switch
    {
        ("transforms", "a good one with something behind") => "any text is a value that a header can be set to",
        _ => null,
    };

    private static string[] Keys => ["auth", "tls.crt", "tls.key", "ca.crt", "ca.crl"];

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private ParsedIngress Parse(string value) => IngressParser.Parse(
        new V1Ingress
        {
            Metadata = new V1ObjectMeta
            {
                Name = "web",
                NamespaceProperty = "default",
                Annotations = With.Append((Annotation.Name, value)).ToDictionary(one => $"{IngressAnnotations.OwnPrefix}/{one.Item1}", one => one.Item2),
            },
            Spec = new V1IngressSpec { Rules = [new V1IngressRule { Host = "a.example.com", Http = new() { Paths = [] } }] },
        },
        new TranslationSettings(), new GlobalSettings());
}
