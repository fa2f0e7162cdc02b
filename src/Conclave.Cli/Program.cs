using System.Text;
using Conclave.Cli;
using Conclave.Server.Hosting;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var output = new DataWriter(Console.Out);
using var error = new ForgivingWriter(Console.Error);
return await new CommandLine(HostEnvironment.Read(), TimeProvider.System, output, error).Run(args);
