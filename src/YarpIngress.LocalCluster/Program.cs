using YarpIngress.LocalCluster.CommandLine;

return await LocalClusterProgram.RunAsync(args, Console.Out, Console.Error);
