namespace YarpIngress.LocalCluster.Discovery;

/// <summary>Resources that answer a question and store nothing.</summary>
internal static class ReviewResources
{
    private static readonly string[] CreateOnly = ["create"];

    public static IReadOnlyList<ResourceInfo> All { get; } =
    [
        Review("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews"),
        Review("authentication.k8s.io", "TokenReview", "tokenreviews"),
        Review("authorization.k8s.io", "LocalSubjectAccessReview", "localsubjectaccessreviews", namespaced: true),
        Review("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews"),
        Review("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews"),
        Review("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews"),
    ];

    public static ResourceInfo? Find(string group, string version, string plural) =>
        All.FirstOrDefault(r => r.Group == group && r.Version == version && r.Plural == plural);

    private static ResourceInfo Review(string group, string kind, string plural, bool namespaced = false) =>
        new() { Group = group, Kind = kind, Plural = plural, Namespaced = namespaced, Verbs = CreateOnly };
}
