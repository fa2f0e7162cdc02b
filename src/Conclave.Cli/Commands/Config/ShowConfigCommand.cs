using System.CommandLine;
using System.Text.Json;
using Conclave.Agents.Keys;
using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;
using Conclave.Storage;

namespace Conclave.Cli.Commands.Config;

/// <summary><c>conclave config show</c>: every setting as it counts, and where it comes from; keys are only said to be set.</summary>
internal static class ShowConfigCommand
{
    private const int Width = 80;

    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var command = new Command("show", "Show every setting and where it comes from.") { json };
        command.SetAction(async (parsed, _) =>
        {
            var environment = context.For(parsed);
            var directory = DataDirectory.Open(environment.DataDirectory);
            var (settings, invalid) = MachineSettings.Of(directory);
            if (settings is null)
            {
                return await context.Refuse(invalid!);
            }

            var (effective, wrong) = settings.With(environment);
            if (effective is null)
            {
                return await context.Refuse(wrong!);
            }

            var keys = new KeyRing(environment, new KeyFile(directory.KeysFile), settings, context.Clock);
            var origin = parsed.GetValue(context.Data) is { Length: > 0 } ? SettingOrigin.Option
                : environment.NamesDataDirectory ? SettingOrigin.Environment
                : SettingOrigin.Default;
            foreach (var setting in EffectiveSetting.All(environment, settings, effective, keys, new EffectiveSetting("data_directory", directory.Path, origin)))
            {
                await context.Output.WriteLineAsync(parsed.GetValue(json) ? JsonSerializer.Serialize(setting, EngineJson.Options) : Line(setting));
            }

            return keys.FileProblem is { } problem ? await context.Refuse(new Refusal(RefusalKind.Keys, problem.Text, problem.Fix)) : ExitCode.Succeeded;
        });
        return command;
    }

    // A long value runs on rather than being cut: a path that is not whole is of no use.
    private static string Line(EffectiveSetting setting)
    {
        var head = $"{SafeText.Line(setting.Key),-44} {EngineText.Snake(setting.Origin),-11} ";
        var value = SafeText.Line(setting.Value ?? "-");
        return head.Length + value.Length <= Width ? head + value : $"{head.TrimEnd()}\n  {value}";
    }
}
