using System.Text;
using YarpIngress.Options;

namespace YarpIngress.Commands;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    private const string Usage = """
        yarp-ingress: a Kubernetes ingress controller on YARP.

        Usage:
          yarp-ingress [flags]                     run the controller
          yarp-ingress translate -f PATH...        print what manifests become, and every problem in them
          yarp-ingress explain URL [-X METHOD] [-H 'Name: value']... [--client ADDRESS] [-f PATH...] [--admin URL] [-o json]
                                                   say which Ingress serves a request, and why not the others; of
                                                   tcp://HOST:PORT and udp://HOST:PORT, which Service a port leads to
          yarp-ingress explain --request-id ID [--admin URL] [-o json]
                                                   say what became of a request that failed lately
          yarp-ingress migrate [-f PATH...] [-o text|markdown|json]
                                                   say what becomes of the Ingresses of ingress-nginx here
          yarp-ingress --version                   print the version

        Every flag can come from the environment: --http-port is YARPINGRESS_HTTP_PORT; the flag wins.
        Durations are 30s, 1m30s, 500ms or plain seconds.

        Flags:

        """;

    /// <summary>Usage and every flag.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Usage);
        foreach (var flag in Flags.All.Where(flag => flag.Support == FlagSupport.Works))
        {
            text.Append("  --").Append(flag.Name);
            if (!flag.IsSwitch)
                text.Append(' ').Append(flag.Type);
            if (flag.Default.Length > 0)
                text.Append("  (default ").Append(flag.Default).Append(')');
            text.Append("\n        ").Append(flag.Doc).Append('\n');
        }
        text.Append("\nFlags of ingress-nginx that have no meaning here, accepted and ignored:\n  ");
        text.AppendJoin(' ', Names(FlagSupport.NoMeaning));
        return text.Append('\n').ToString();
    }

    private static IEnumerable<string> Names(FlagSupport support) =>
        Flags.All.Where(flag => flag.Support == support).Select(flag => "--" + flag.Name);
}
