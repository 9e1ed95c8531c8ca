namespace YarpIngress.Translation.Model;

/// <summary>What is changed in headers of a pod's answer that name its own address; null leaves each as it is.</summary>
public sealed record AnswerRewritePolicy
{
    /// <summary>Of those that ask for nothing.</summary>
    public static AnswerRewritePolicy None { get; } = new();

    /// <summary><c>proxy-cookie-domain</c>: the Domain of cookies, compared as a whole and in any case.</summary>
    public TextRewrite? CookieDomain { get; init; }

    /// <summary><c>proxy-cookie-path</c>: how the Path of cookies begins.</summary>
    public TextRewrite? CookiePath { get; init; }

    /// <summary><c>proxy-redirect-from</c> as it was written; <c>off</c> by default.</summary>
    public string RedirectFrom { get; init; } = "off";

    /// <summary><c>proxy-redirect-to</c> as it was written; <c>off</c> by default.</summary>
    public string RedirectTo { get; init; } = "off";

    /// <summary>How Location and Refresh begin: what follows from the two.</summary>
    public TextRewrite? Redirect { get; init; }

    /// <summary>Whether anything is changed.</summary>
    public bool IsUsed => CookieDomain is not null || CookiePath is not null || Redirect is not null;
}
