using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>What is wrong between the Ingresses of one host.</summary>
internal sealed class HostProblems(string host)
{
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
