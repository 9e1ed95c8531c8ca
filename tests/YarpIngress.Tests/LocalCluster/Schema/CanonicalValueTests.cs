using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.Tests.LocalCluster.Schema;

public class CanonicalValueTests
{
    [Theory]
    [InlineData("1000m", "1")]
    [InlineData("0.5", "500m")]
    [InlineData("1.5", "1500m")]
    [InlineData("100m", "100m")]
    [InlineData("1000", "1k")]
    [InlineData("1024", "1024")]
    [InlineData("90Mi", "90Mi")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("0.5Gi", "512Mi")]
    [InlineData("512Ki", "512Ki")]
    [InlineData("0.5Ki", "512")]
    [InlineData("1.3Ki", "1332")]
    [InlineData("0", "0")]
    [InlineData("0Mi", "0")]
    [InlineData("-1500m", "-1500m")]
    [InlineData("1e3", "1e3")]
    [InlineData("12e2", "1200")]
    [InlineData("1E", "1E")]
    [InlineData("0.0000000001", "1n")]
    [InlineData("+2", "2")]
    [InlineData("2.", "2")]
    [InlineData("much", "much")]
    public void Quantities(string text, string canonical)
    {
        Assert.Equal(canonical, QuantityText.Canonical(text));
        Assert.Equal(canonical, QuantityText.Canonical(canonical));
    }

    [Fact]
    public void Defaulting_stores_the_canonical_spelling()
    {
        var pod = Documents.Json("""
            {"metadata":{"creationTimestamp":"2026-01-02T04:04:05.5+01:00"},
             "spec":{"overhead":{"cpu":0.5,"memory":"1024Mi"},"containers":[{"name":"a","image":"b:1","resources":{"limits":{"cpu":1}}}]}}
            """);
        Defaulting.Apply(Documents.Schema("Pod"), pod);
        Assert.Equal("2026-01-02T03:04:05Z", pod["metadata"]!["creationTimestamp"]!.GetValue<string>());
        Documents.AssertSame(Documents.Json("""{"cpu":"500m","memory":"1Gi"}"""), pod["spec"]!["overhead"]);
        Documents.AssertSame(
            Documents.Json("""{"limits":{"cpu":"1"},"requests":{"cpu":"1"}}"""), pod["spec"]!["containers"]![0]!["resources"]);

        var lease = Documents.Json("""{"spec":{"renewTime":"2026-01-02T03:04:05Z"}}""");
        Defaulting.Apply(Documents.Schema("Lease"), lease);
        Assert.Equal("2026-01-02T03:04:05.000000Z", lease["spec"]!["renewTime"]!.GetValue<string>());

        var secret = Documents.Json("""{"data":{"a":"aGVs\nbG8="}}""");
        Assert.Null(FieldValidation.DecodeError(Documents.Schema("Secret"), secret));
        Defaulting.Apply(Documents.Schema("Secret"), secret);
        Assert.Equal("aGVsbG8=", secret["data"]!["a"]!.GetValue<string>());
    }
}
