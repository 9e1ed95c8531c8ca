using YarpIngress.Pipeline.Compression;

namespace YarpIngress.Tests.Compression;

public sealed class AcceptedCodingsTests
{
    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("deflate, GZip;q=0.5 , br", 0.5)]
    [InlineData("gzip;q=0", 0)]
    [InlineData("gzip; q=1.000", 1)]
    [InlineData("*", 1)]
    [InlineData("*;q=0.1, br", 0.1)]
    [InlineData("gzip;q=0, *", 0)]
    [InlineData("x-gzip, gzipped, identity", 0)]
    [InlineData("gzip;q=2", 0)]
    [InlineData("gzip;level=9", 0)]
    [InlineData("", 0)]
    [InlineData(",,;q=1,", 0)]
    [InlineData(null, 0)]
    public void A_coding_is_wanted_as_much_as_its_weight_says(string? header, double quality) =>
        Assert.Equal(quality, AcceptedCodings.Quality(header, "gzip"));

    [Fact]
    public void Several_headers_are_one_list() => Assert.Equal(1, AcceptedCodings.Quality(new(["br", "gzip"]), "gzip"));
}
