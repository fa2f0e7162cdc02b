using System.Text;
using Conclave.Cli;
using Conclave.Server.Hosting;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var output = new DataWriter(Console.Out);
var environment = HostEnvironment.Read();
using var forgiving = new ForgivingWriter(Console.Error);
using var error = new RedactingWriter(forgiving, environment.Redactor);
return await new CommandLine(environment, TimeProvider.System, output, error).Run(args);
