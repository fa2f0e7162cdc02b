using System.Collections.Immutable;
using System.CommandLine;

namespace Conclave.Cli.Commands;

/// <summary>The option <c>--input NAME=VALUE</c>.</summary>
internal static class InputOption
{
    public static Option<string[]> Create()
    {
        var inputs = new Option<string[]>("--input") { Description = "One more input of the workflow; may be repeated.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
        inputs.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) <= 0))
            {
                result.AddError($"--input wants NAME=VALUE, not `{token.Value}`");
            }
        });
        return inputs;
    }

    /// <summary>The values by name; of several for one name the last one counts.</summary>
    public static ImmutableDictionary<string, string> Values(IEnumerable<string> pairs) =>
        pairs.Select(pair => pair.Split('=', 2)).GroupBy(pair => pair[0], StringComparer.Ordinal).ToImmutableDictionary(group => group.Key, group => group.Last()[1], StringComparer.Ordinal);
}
