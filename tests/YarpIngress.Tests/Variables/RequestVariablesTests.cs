using YarpIngress.Pipeline.Variables;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Tests.Variables;

public sealed class RequestVariablesTests
{
    [Fact]
    public void EveryKnownVariableHasAValueAndNoOtherHas() => Assert.Equal(
        VariableNames.Single.Concat(VariableNames.Families).Order(StringComparer.Ordinal),
        RequestVariables.Names.Order(StringComparer.Ordinal));
}
