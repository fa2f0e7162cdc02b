using System.Text;
using Conclave.Cli;
using Conclave.Server.Hosting;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await new CommandLine(HostEnvironment.Read(), TimeProvider.System, Console.Out, Console.Error).Run(args);
