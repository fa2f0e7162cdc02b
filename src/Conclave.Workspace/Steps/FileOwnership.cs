using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Steps;

/// <summary>
/// Who may write which file, by the contract. Acceptance tests belong to the part <c>acceptance</c> alone, and records to nobody. Names are compared
/// as the most forgiving file system does (<see cref="UnicodeText.Key"/>): another spelling of a name is that name.
/// </summary>
internal sealed class FileOwnership(Contract contract, ImmutableArray<string> closed = default)
{
    /// <summary>The part that owns the acceptance tests.</summary>
    public const string Acceptance = "acceptance";

    /// <summary>Where the acceptance tests are.</summary>
    public const string AcceptanceFolder = $"{Verification.Acceptance.Folder}/";

    private static readonly ImmutableArray<string> Reserved = ["docs/decisions/", "CONCLAVE.md", ".conclave/"];

    private readonly ImmutableDictionary<string, PlannedFile> planned =
        contract.Files.GroupBy(file => UnicodeText.Key(Clean(file.Path)), StringComparer.Ordinal).ToImmutableDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    /// <summary>The ownership that a step goes by: the contract's, and what of a repository that was there is nobody's to touch.</summary>
    public static FileOwnership Of(StepContext context) => new(
        context.Output<Contract>("contract"),
        context.Outputs(RepositoryMap.Schema.Name) is [.., var repository] && repository.Output["left_out"] is JsonArray left
            ? [.. left.Select(file => UnicodeText.Key(file!["path"]!.ToString()))]
            : []);

    /// <summary>The names that the contract gives, as they are to be written.</summary>
    public IEnumerable<string> Planned => planned.Values.Select(file => Clean(file.Path)).Order(StringComparer.Ordinal);

    /// <summary>Whether a file is an acceptance test, however its folder is spelled.</summary>
    public static bool IsAcceptance(string path) => UnicodeText.Key(path).StartsWith(AcceptanceFolder, StringComparison.Ordinal);

    /// <summary>The files that a part must write.</summary>
    public ImmutableArray<PlannedFile> Of(string part) =>
        [.. planned.Values.Where(file => file.Owner == part).OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>The part that owns a file; null when the contract does not name it.</summary>
    public string? OwnerOf(string path) =>
        IsAcceptance(path) ? Acceptance : planned.GetValueOrDefault(UnicodeText.Key(path))?.Owner;

    /// <summary>The requirements that a file serves.</summary>
    public ImmutableArray<string> RequirementsOf(string path) => OwnerOf(path) == Acceptance
        ? [.. contract.AcceptanceTests.SelectMany(test => test.Requirements).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
        : planned.GetValueOrDefault(UnicodeText.Key(path))?.Requirements ?? [];

    /// <summary>Why a part may not write a file; null when it may.</summary>
    public string? Refusal(string part, string path)
    {
        var key = UnicodeText.Key(path);
        if (Reserved.FirstOrDefault(reserved => key == UnicodeText.Key(reserved) || (reserved.EndsWith('/') && key.StartsWith(reserved, StringComparison.Ordinal))) is { } taken)
        {
            return $"`{path}`: `{taken}` is written by the program that runs the team, by nobody else.";
        }

        return (part == Acceptance, OwnerOf(path)) switch
        {
            _ when IsClosed(key) => $"`{path}`: this part of the repository (a link, a submodule, a secret or a name that is not safe) is not yours.",
            (true, _) when !path.StartsWith(AcceptanceFolder, StringComparison.Ordinal) => $"`{path}`: you write only below `{AcceptanceFolder}`.",
            (false, Acceptance) => $"`{path}`: the acceptance tests can't be written or changed.",
            (false, { } owner) when owner != part => $"`{path}` belongs to the {owner} part by the contract.",
            _ => OtherSpelling(key, path),
        };
    }

    // Also what lies below it: behind a link may be anything.
    private bool IsClosed(string key) => !closed.IsDefaultOrEmpty && closed.Any(path =>
        key == path || key.StartsWith($"{path}/", StringComparison.Ordinal) || path.StartsWith($"{key}/", StringComparison.Ordinal));

    private string? OtherSpelling(string key, string path) => planned.TryGetValue(key, out var file) && Clean(file.Path) is var name && name != path
        ? $"`{PathPolicy.Show(path)}` is `{name}` of the contract in another spelling; write it as it stands there."
        : null;

    private static string Clean(string path)
    {
        var clean = path.Trim().Replace('\\', '/');
        return clean.StartsWith("./", StringComparison.Ordinal) ? clean[2..] : clean;
    }
}
