using YarpIngress;
using YarpIngress.Commands;
using YarpIngress.Options;

InlineSockets.Enable();
try
{
    return await Command.RunAsync(args, Console.In, Console.Out, Console.Error);
}
catch (UsageException error)
{
    await Console.Error.WriteLineAsync($"yarp-ingress: {error.Message}");
    return ExitCodes.Usage;
}
