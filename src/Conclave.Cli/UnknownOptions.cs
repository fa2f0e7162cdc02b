using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Conclave.Engine.Definition;

namespace Conclave.Cli;

/// <summary>
/// Options that a command does not have. The parser takes such a word for the command's argument, so that <c>new --simulat "a shop"</c> would complain
/// about the description, or worse, build a project called <c>--simulat</c>. Behind <c>--</c> everything is an argument.
/// </summary>
internal static partial class UnknownOptions
{
    /// <summary>A sentence for each.</summary>
    public static IEnumerable<string> In(ParseResult parsed)
    {
        var result = parsed.CommandResult;
        var known = Commands(result).SelectMany(command => command.Command.Options.Where(option => command == result || option.Recursive)).Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Append(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        var meant = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).ToHashSet(ReferenceEqualityComparer.Instance);
        var words = result.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Where(token => !meant.Contains(token)).Select(token => token.Value)
            .Concat(meant.Count == 0 ? parsed.UnmatchedTokens : []);
        return words.Where(word => Form().IsMatch(word)).Distinct(StringComparer.Ordinal).Select(word => word.Split('=')[0])
            .Select(word => $"there is no option `{word}` for `{string.Join(' ', Commands(result).Reverse().Select(NameOf))}` ({NearMiss.Suggest(word, known)})");
    }

    // The parser calls the root after the file that was started.
    private static string NameOf(CommandResult command) => command.Command is RootCommand ? "conclave" : command.Command.Name;

    private static IEnumerable<CommandResult> Commands(CommandResult innermost)
    {
        for (SymbolResult? at = innermost; at is CommandResult command; at = at.Parent)
        {
            yield return command;
        }
    }

    [GeneratedRegex("^--[A-Za-z][A-Za-z0-9-]*(?:=.*)?$", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
