namespace YarpIngress.Translation.Ingress;

/// <summary>What an Ingress makes of a host that none of its rules names.</summary>
[Flags]
public enum DerivedHost
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It is in <c>server-alias</c>: another name of the Ingress's hosts.</summary>
    Alias = 1,

    /// <summary>It is one of the Ingress's hosts with or without <c>www.</c>, to which <c>from-to-www-redirect</c> sends it.</summary>
    Www = 2,
}
