using System.Text.Json.Serialization;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain;

/// <summary>
/// Why a request is served as it is: printed by <see cref="ExplanationText"/>, written as it stands by
/// <see cref="ExplanationJson"/>. It names objects and holds nothing of a Secret but what its certificate tells everybody.
/// </summary>
internal sealed record Explanation
{
    /// <summary>The request.</summary>
    public required ExplainedRequest Request { get; init; }

    /// <summary>Who answers.</summary>
    public required ExplainedAnswer Answer { get; init; }

    /// <summary>The host entry that the request falls into.</summary>
    public required ExplainedHost Host { get; init; }

    /// <summary>What serves it; null when nothing does.</summary>
    public required ExplainedRule? Rule { get; init; }

    /// <summary>The backend behind the rule; null when there is none.</summary>
    public required ExplainedBackend? Backend { get; init; }

    /// <summary>The certificate that a TLS client is shown.</summary>
    public required ExplainedCertificate Certificate { get; init; }

    /// <summary>What applies to the request, and what the Ingress asks for in vain.</summary>
    public required IReadOnlyList<ExplainedPolicy> Policies { get; init; }

    /// <summary>Rules that name the host, or could have served it, and did not win.</summary>
    public required IReadOnlyList<ExplainedLoser> NotUsed { get; init; }

    /// <summary>Rules of the same host that do not match and are not in <see cref="NotUsed"/>, for there are too many.</summary>
    public required int MoreNotUsed { get; init; }

    /// <summary>Every problem of the objects above.</summary>
    public required IReadOnlyList<ExplainedProblem> Problems { get; init; }

    /// <summary>The explanation for people; filled in where it goes with the rest.</summary>
    public string? Text { get; init; }
}

/// <summary>Who answers, and how.</summary>
/// <param name="Status">The status that the gateway answers with; 0 when it is a pod's own, or the authentication service decides.</param>
/// <param name="By"><c>pod</c>, <c>gateway</c> or <c>authentication service</c>.</param>
/// <param name="Summary">For people.</param>
internal sealed record ExplainedAnswer(int Status, string By, string Summary)
{
    /// <summary>No pod gets it.</summary>
    public const string Gateway = "gateway";
}

/// <summary>The host entry.</summary>
/// <param name="Entry">A host, a wildcard, or empty for any host; null when there is none.</param>
/// <param name="Why">For people.</param>
internal sealed record ExplainedHost(string? Entry, string Why);

/// <summary>The rule that won.</summary>
/// <param name="Kind">How it was found.</param>
/// <param name="Ingress">Its Ingress, <c>namespace/name</c>; null for the global default backend.</param>
/// <param name="Field">Where it stands in the Ingress, or the flag.</param>
/// <param name="Match">How its path is matched; null for a default backend.</param>
/// <param name="Path">Its path; null for a default backend.</param>
/// <param name="Selection">Why the Ingress is ours; empty for the global default backend.</param>
internal sealed record ExplainedRule(RuleKind Kind, string? Ingress, string Field, string? Match, string? Path, string Selection);

/// <summary>How a rule was found.</summary>
internal enum RuleKind
{
    /// <summary>By its path.</summary>
    [JsonStringEnumMemberName("path")]
    Path,

    /// <summary>As the default backend of the Ingress.</summary>
    [JsonStringEnumMemberName("ingressDefault")]
    IngressDefault,

    /// <summary>As <c>--default-backend-service</c>.</summary>
    [JsonStringEnumMemberName("globalDefault")]
    GlobalDefault,
}

/// <summary>A backend and its endpoints.</summary>
/// <param name="Service"><c>namespace/name</c>; empty for what can't be served at all.</param>
/// <param name="Port">As the Ingress wrote it.</param>
/// <param name="Protocol">What is spoken to the endpoints.</param>
/// <param name="Ready">How many endpoints take traffic.</param>
/// <param name="Unready">How many do not.</param>
/// <param name="Endpoints">The endpoints, those that take traffic first; not all when there are very many.</param>
/// <param name="Why">What is wrong with the Service, if anything.</param>
internal sealed record ExplainedBackend(
    string Service, string Port, string Protocol, int Ready, int Unready, IReadOnlyList<ExplainedEndpoint> Endpoints,
    IReadOnlyList<string> Why);

/// <summary>One endpoint.</summary>
/// <param name="Address">With port where it takes traffic.</param>
/// <param name="Pod">The pod behind it, where the slice names it.</param>
/// <param name="TakesTraffic">Whether requests go there.</param>
/// <param name="State">Why, or why not.</param>
internal sealed record ExplainedEndpoint(string Address, string? Pod, bool TakesTraffic, string State);

/// <summary>The certificate that is shown to a TLS client.</summary>
/// <param name="Secret">Its Secret; null for the self-signed one.</param>
/// <param name="IsDefault">Whether it is shown for want of one of the host's own.</param>
/// <param name="Names">The DNS names that it covers.</param>
/// <param name="KeyAlgorithm">Such as <c>RSA</c>.</param>
/// <param name="NotBefore">When it becomes valid.</param>
/// <param name="NotAfter">When it expires.</param>
/// <param name="Summary">For people.</param>
internal sealed record ExplainedCertificate(
    string? Secret, bool IsDefault, IReadOnlyList<string> Names, string? KeyAlgorithm, DateTime? NotBefore, DateTime? NotAfter,
    string Summary);

/// <summary>Something that applies to the request.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Value">Its setting.</param>
/// <param name="From">Where the setting comes from: an annotation, a ConfigMap key, a flag, or <c>default</c>.</param>
/// <param name="Effect">What it does to this request.</param>
internal sealed record ExplainedPolicy(string Name, string Value, string From, string Effect);

/// <summary>A rule that did not win.</summary>
/// <param name="Ingress">Its Ingress.</param>
/// <param name="Field">Where it stands; empty for the Ingress as a whole.</param>
/// <param name="Rule">Such as <c>Prefix /cart</c>.</param>
/// <param name="Reason">Why it did not.</param>
internal sealed record ExplainedLoser(string Ingress, string Field, string Rule, string Reason);

/// <summary>A problem of an object that has to do with the request.</summary>
/// <param name="Severity">Warning or Error.</param>
/// <param name="Object">Kind, namespace and name.</param>
/// <param name="Reason">One of <see cref="Translation.Model.ProblemReasons"/>.</param>
/// <param name="Field">The field; empty for the object as a whole.</param>
/// <param name="Message">For people.</param>
internal sealed record ExplainedProblem(string Severity, string Object, string Reason, string Field, string Message)
{
    /// <summary>One of a translation.</summary>
    public static ExplainedProblem Of(Problem problem) =>
        new(problem.Severity.ToString(), problem.Object.ToString(), problem.Reason, problem.Field, problem.Message);
}
