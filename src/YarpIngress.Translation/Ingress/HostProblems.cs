using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>What is wrong between the Ingresses of one host.</summary>
internal sealed class HostProblems(string host)
{
    private const string PassthroughField = "metadata.annotations";

    private readonly string _host = host.Length == 0 ? "requests for any host" : $"host {host}";
    private readonly OrderedDictionary<ObjectKey, ProblemList> _byIngress = [];

    public void DuplicatePath(ObjectKey ingress, PathRule path, PathRule winner) =>
        Of(ingress).Error(
            ProblemReasons.DuplicatePath,
            $"{path.Field}.path",
            $"{PathType(path.Route.Match)} path {Quoted.Value(path.Route.Path)} of {_host} is already served by {By(ingress, winner)}; "
            + "this one is not served");

    public void DuplicateDefault(ObjectKey ingress, ObjectKey winner, bool isCatchAll) =>
        Of(ingress).Add(
            ProblemReasons.DuplicatePath,
            isCatchAll ? ProblemSeverity.Error : ProblemSeverity.Warning,
            "spec.defaultBackend",
            isCatchAll
                ? $"the default backend of Ingress {winner}, which is older, already serves requests that match nothing; "
                    + "this one is not used"
                : $"the default backend of {_host} is already that of Ingress {winner}, which is older; this one is not used there");

    public void DuplicateCertificate(ObjectKey ingress, int entry, ObjectKey secret, ObjectKey winner) =>
        Of(ingress).Warning(
            ProblemReasons.DuplicateCertificate,
            $"spec.tls[{entry}].secretName",
            $"the certificate of {_host} is already chosen by Ingress {winner}, which is older; Secret {secret} is not used for it");

    public void AuthOfAnyHost(ObjectKey ingress) =>
        Of(ingress).Error(
            ProblemReasons.InvalidAnnotation, "metadata.annotations",
            $"the authentication service is on the host that a client asks for ($host), so that with {_host} clients could choose who "
            + "decides; such requests answer 503");

    public void BadPattern(PathRule path, string why) =>
        Of(path.Route.Ingress).Error(
            ProblemReasons.InvalidPath, $"{path.Field}.path",
            $"the paths of {_host} are regular expressions, and {Quoted.Value(path.Written)} can't be used as one: {why}; it is "
            + "not served");

    public void MissingCapture(PathRule path, int highest, int groups) =>
        Of(path.Route.Ingress).Warning(
            ProblemReasons.InvalidAnnotation, $"{path.Field}.path",
            $"the rewrite uses the capture ${highest}, and path {Quoted.Value(path.Written)} captures {groups}; "
            + "what applies instead: an empty text, as in nginx");

    public void OtherAppRoot(ObjectKey ingress, string root, ObjectKey winner) =>
        Of(ingress).Warning(
            ProblemReasons.InvalidAnnotation, "metadata.annotations",
            $"the app-root of {_host} is already that of Ingress {winner}, which is older; {Quoted.Value(root)} is not used there");

    public void NoClientAuthorities(ObjectKey ingress) =>
        Of(ingress).Error(
            ProblemReasons.InvalidAnnotation, "metadata.annotations",
            $"it asks for client certificates by auth-tls-verify-client or auth-tls-match-cn, and no auth-tls-secret of {_host} "
            + "says whose; requests answer 403");

    public void OtherClientCertificates(ObjectKey ingress, ObjectKey winner) =>
        Of(ingress).Warning(
            ProblemReasons.InvalidAnnotation, "metadata.annotations",
            $"what {_host} asks of clients' certificates is already decided by Ingress {winner}, which is older; "
            + "the auth-tls annotations of this one are not used there");

    public void PassthroughOfAnyHost(ObjectKey ingress) =>
        Of(ingress).Error(
            ProblemReasons.InvalidAnnotation, PassthroughField,
            $"ssl-passthrough needs the name of a host; TLS of {_host} ends at the gateway");

    public void PassthroughWithoutRoot(ObjectKey ingress) =>
        Of(ingress).Error(
            ProblemReasons.InvalidAnnotation, PassthroughField,
            $"ssl-passthrough goes to the Service of path \"/\" of {_host}, which has none; its TLS ends at the gateway");

    public void PassthroughOfProtected(ObjectKey ingress, string path, ObjectKey guarded, string what) =>
        Of(ingress).Error(
            ProblemReasons.InvalidAnnotation, PassthroughField,
            $"TLS of {_host} can't be passed through, since {what} of path {Quoted.Value(path)} of Ingress {guarded} could not be kept: "
            + "it ends at the gateway, so that nothing is served unprotected; remove one of the two");

    public void PassthroughPastAnnotations(ObjectKey ingress, IReadOnlyList<string> names) =>
        Of(ingress).Warning(
            ProblemReasons.UnsupportedAnnotation, PassthroughField,
            $"TLS of {_host} is passed through, so that what follows applies to its requests in clear only: {string.Join(", ", names)}");

    public void PassthroughPastPath(ObjectKey ingress, string path, int more, BackendKey backend, BackendKey root) =>
        Of(ingress).Warning(
            ProblemReasons.UnsupportedAnnotation, PassthroughField,
            $"TLS of {_host} is passed through to Service {root.Namespace}/{root.Service}, whatever the path: "
            + $"path {Quoted.Value(path)} to Service {backend.Namespace}/{backend.Service}{(more > 0 ? $", and {more} more," : "")} is "
            + "served in clear only");

    public void AliasOfRule(ObjectKey ingress, ObjectKey winner) =>
        Of(ingress).Warning(
            ProblemReasons.InvalidAnnotation, "metadata.annotations",
            $"the alias {_host["host ".Length..]} is a host of {(winner == ingress ? "this Ingress's" : $"Ingress {winner}'s")} "
            + "rules; it is no alias");

    public void AliasOfOther(ObjectKey ingress, string owner) =>
        Of(ingress).Warning(
            ProblemReasons.InvalidAnnotation, "metadata.annotations",
            $"the alias {_host["host ".Length..]} is already that of host {owner}; it is not used for this Ingress's hosts");

    public void AliasOfYounger(ObjectKey ingress) =>
        Of(ingress).Warning(
            ProblemReasons.InvalidAnnotation, "metadata.annotations",
            $"the alias {_host["host ".Length..]} is not used: an older Ingress of the same hosts has aliases, and only the "
            + "oldest's count");

    public void CanaryWithoutRoute(ObjectKey canary, PathRule path) =>
        Of(canary).Warning(
            ProblemReasons.UnusedCanary,
            $"{path.Field}.path",
            $"no Ingress serves {PathType(path.Route.Match)} path {Quoted.Value(path.Route.Path)} of {_host}, so there is nothing that the "
            + "canary could take a part of; it serves nothing");

    public void CookiePathOfPattern(ObjectKey ingress) =>
        Of(ingress).Warning(
            ProblemReasons.InvalidAnnotation, "metadata.annotations",
            $"the paths of {_host} are regular expressions, which are no Path of a cookie; set session-cookie-path. What "
            + "applies instead: /");

    public void CanaryWithoutDefault(ObjectKey canary) =>
        Of(canary).Warning(
            ProblemReasons.UnusedCanary, "spec.defaultBackend",
            "no Ingress has a default backend for requests that match nothing, so there is nothing that the canary could take a part of; "
            + "it serves nothing");

    public void SecondCanary(ObjectKey canary, string field, ObjectKey former) =>
        Of(canary).Warning(
            ProblemReasons.UnusedCanary, field,
            $"the canary Ingress {former}, which is older, already takes a part of this path of {_host}; this one takes nothing");

    public void CanaryOfItself(ObjectKey canary, string field, ObjectKey route) =>
        Of(canary).Warning(
            ProblemReasons.UnusedCanary, field,
            $"Ingress {route} serves this path of {_host} from the same Service and port; the canary takes nothing");

    public EquatableArray<Problem> Finish() => _byIngress.Values.SelectMany(p => p.Finish()).ToEquatableArray();

    private static string PathType(PathMatch match) => match == PathMatch.StringPrefix ? "ImplementationSpecific" : match.ToString();

    private static string By(ObjectKey ingress, PathRule winner) =>
        ingress == winner.Route.Ingress ? winner.Field : $"Ingress {winner.Route.Ingress}, which is older";

    private ProblemList Of(ObjectKey ingress)
    {
        if (!_byIngress.TryGetValue(ingress, out var list))
            _byIngress[ingress] = list = new ProblemList(IngressParser.About(ingress));
        return list;
    }
}
