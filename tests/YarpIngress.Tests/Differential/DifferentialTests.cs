namespace YarpIngress.Tests.Differential;

/// <summary>
/// The same requests to nginx, configured as ingress-nginx configures it for an Ingress, and to the gateway with that Ingress:
/// status, headers and what the pod received have to be the same.
/// </summary>
public sealed class DifferentialTests(DifferentialCluster cluster) : IClassFixture<DifferentialCluster>
{
    public static TheoryData<string> Cases => [.. DifferentialCase.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Nginx_and_the_gateway_answer_alike(string name)
    {
        Assert.SkipWhen(NginxServer.Binary is null, NginxServer.Missing);
        var different = new List<string>();
        var asked = DifferentialCase.All.Single(one => one.Name == name);
        foreach (var request in asked.Requests)
        {
            var (nginx, gateway) = await cluster.AskAsync(request, asked.Extra);
            if (nginx == gateway == request.Differs)
                different.Add(
                    request.Differs ? $"{request.Line}\nis answered alike by now:\n{nginx}" : Compare(request.Line, nginx, gateway));
        }
        Assert.True(different.Count == 0, "\n" + string.Join("\n\n", different));
    }

    private static string Compare(string line, string nginx, string gateway)
    {
        var (left, right) = (nginx.Split('\n'), gateway.Split('\n'));
        return string.Join('\n',
        [
            line, $"  {left[0]} and {right[0]}", .. left.Except(right).Select(only => $"  - {only}"),
            .. right.Except(left).Select(only => $"  + {only}"),
        ]);
    }
}
