using System.Globalization;
using Microsoft.Net.Http.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Cors;

/// <summary>The headers that say who may use an answer, in place of those that the pod set.</summary>
internal static class CorsHeaders
{
    /// <summary>Adds them, unless the request comes from an origin that is not allowed.</summary>
    public static void Set(CorsPolicy cors, IHeaderDictionary request, IHeaderDictionary answer)
    {
        var origin = request.Origin.ToString();
        if (!cors.Allows(origin))
            return;
        answer.AccessControlAllowOrigin = cors.AllowsAnyOrigin ? "*" : origin;
        if (cors.Credentials)
            answer.AccessControlAllowCredentials = "true";
        answer.AccessControlAllowMethods = cors.Methods;
        answer.AccessControlAllowHeaders = cors.Headers;
        if (cors.ExposeHeaders.Length > 0)
            answer[HeaderNames.AccessControlExposeHeaders] = cors.ExposeHeaders;
        answer.AccessControlMaxAge = cors.MaxAge.ToString(CultureInfo.InvariantCulture);
    }
}
