using YarpIngress.Translation;

namespace YarpIngress.Options;

/// <summary>
/// Reads arguments as Go's pflag does, since that is what ingress-nginx users write: <c>--flag=value</c>,
/// <c>--flag value</c>, switches <c>--flag</c> and <c>--flag=false</c>, <c>-v=2</c>, <c>--</c>; the last of a repeated flag wins.
/// </summary>
internal static class CommandLineParser
{
    /// <summary>Reads <paramref name="args"/> over the environment; throws <see cref="UsageException"/> when something is wrong.</summary>
    public static CommandLine Parse(
        IReadOnlyList<string> args,
        Func<string, string?> environment,
        IReadOnlyList<CommandOption>? commandOptions = null)
    {
        var reader = new Reader(args, commandOptions ?? []);
        reader.Read();

        var options =
            new ControllerOptions { PodName = Filled(environment("POD_NAME")), PodNamespace = Filled(environment("POD_NAMESPACE")) };
        var given = new List<Flag>();
        foreach (var flag in Flags.All)
        {
            string source;
            if (reader.Values.TryGetValue(flag, out var text))
                source = $"--{flag.Name}={text}";
            else if (Filled(environment(flag.Variable)) is { } fromEnvironment)
                (text, source) = (fromEnvironment, $"{flag.Variable}={fromEnvironment}");
            else
                continue;

            given.Add(flag);
            try
            {
                options = flag.Set(options, text);
            }
            catch (FormatException error)
            {
                throw new UsageException($"{source}: {error.Message}");
            }
        }

        return new CommandLine
        {
            Options = options,
            Values = reader.CommandValues.ToLookup(pair => pair.Name, pair => pair.Value),
            Arguments = reader.Arguments,
            Given = given,
            NoMeaning = [.. given.Where(flag => flag.Support == FlagSupport.NoMeaning)],
        };
    }

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private sealed class Reader(IReadOnlyList<string> args, IReadOnlyList<CommandOption> commandOptions)
    {
        private int _next;

        public Dictionary<Flag, string> Values { get; } = [];

        public List<(string Name, string Value)> CommandValues { get; } = [];

        public List<string> Arguments { get; } = [];

        public void Read()
        {
            while (_next < args.Count)
            {
                var argument = args[_next++];
                if (argument == "--")
                {
                    Arguments.AddRange(args.Skip(_next));
                    return;
                }
                if (argument.Length > 1 && argument[0] == '-')
                    ReadFlag(argument);
                else
                    Arguments.Add(argument);
            }
        }

        private void ReadFlag(string argument)
        {
            var dashes = argument.StartsWith("--", StringComparison.Ordinal) ? 2 : 1;
            var equals = argument.IndexOf('=');
            var name = equals < 0 ? argument[dashes..] : argument[dashes..equals];
            var value = equals < 0 ? null : argument[(equals + 1)..];

            if (CommandOptionNamed(name, dashes) is { } option)
                CommandValues.Add((option.Name, value ?? Next(argument)));
            else if (Flags.ByName.TryGetValue(name, out var flag))
                Values[flag] = value ?? (flag.IsSwitch ? "true" : Next(argument));
            else if (dashes == 1 && AttachedOption(argument) is { } attached)
                CommandValues.Add((attached.Name, argument[2..]));
            else if (dashes == 1 && argument[1] == 'v')
                Values[Flags.ByName["v"]] = argument[2..]; // -v2, as pflag reads a one-letter flag.
            else
                throw Unknown(argument, name);
        }

        private CommandOption? CommandOptionNamed(string name, int dashes)
        {
            foreach (var option in commandOptions)
                if (dashes == 2 ? option.Name == name : name.Length == 1 && option.Short == name[0])
                    return option;
            return null;
        }

        private CommandOption? AttachedOption(string argument)
        {
            foreach (var option in commandOptions)
                if (option.Short == argument[1])
                    return option;
            return null;
        }

        private string Next(string argument) =>
            _next < args.Count ? args[_next++] : throw new UsageException($"flag {argument} needs a value: {argument}=VALUE");

        private UsageException Unknown(string argument, string name)
        {
            var known = Flags.All.Select(flag => flag.Name)
                .Concat(commandOptions.Select(option => option.Name))
                .Concat(["version", "help"]);
            var nearest = NearestName.Find(name, known) is { } match ? $"; did you mean --{match}?" : "";
            return new UsageException($"unknown flag {argument.Split('=')[0]}{nearest} (--help lists all flags)");
        }
    }
}
