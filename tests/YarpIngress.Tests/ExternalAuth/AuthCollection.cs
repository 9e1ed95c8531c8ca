using YarpIngress.Tests.Answers;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary>The cluster that tests of external authentication share; one of its own, since some change the ConfigMap.</summary>
[CollectionDefinition(nameof(AuthCollection))]
public sealed class AuthCollection : ICollectionFixture<AnswersCluster>;
