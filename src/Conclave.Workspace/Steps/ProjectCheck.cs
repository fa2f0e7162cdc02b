using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;
using Conclave.Workspace.Verification;

namespace Conclave.Workspace.Steps;

/// <summary>How the steps check a project: in which sandbox, and with whose permission packages are fetched.</summary>
/// <param name="trusted">Runs without a sandbox, for sessions whose user said so.</param>
/// <param name="machine">What the settings of this machine say about downloads; null when they are silent.</param>
/// <param name="workDirectory">Where the session's disposable files lie.</param>
public sealed class ProjectCheck(ProjectVerifier verifier, ProjectVerifier trusted, InstallPolicy? machine, Func<SessionId, string> workDirectory)
{
    /// <summary>The parameter of a phase that says whether packages may be fetched: <c>ask</c>, <c>never</c> or <c>allow</c>.</summary>
    public const string Parameter = "install";

    private const string Allow = "allow";
    private const string Never = "never";
    private const int MostNamed = 40;

    /// <summary>
    /// Whether the packages that a project declares may be fetched. Asks a human where that is to be asked, once for each set of packages in a session;
    /// a project that needs none asks nobody.
    /// </summary>
    internal async Task<Downloads> Permission(StepContext context, ProjectTexts texts, string gate, CancellationToken cancel)
    {
        var unattended = context.State.Created.Settings.Unattended;
        var policy = InstallPolicies.Of(InstallPolicies.Parse(context.With(Parameter)?.ToString() ?? ""), machine, unattended);
        if (policy != InstallPolicy.Ask)
        {
            return policy == InstallPolicy.Allow ? new Downloads.Allowed() : Downloads.Never;
        }

        if (unattended)
        {
            return Downloads.Unattended;
        }

        var declared = await Verifier(context).Declared(texts.Texts(), cancel);
        if (declared.IsEmpty)
        {
            return Downloads.Never;
        }

        var question = Question(declared);
        var answered = context.State.Gates.Values.FirstOrDefault(known => known.Given is not null && known.Asked.Question.IsSame(StoredText.From(question)))?.Given;
        var given = answered ?? await context.AskHuman(new GateRequest(gate, question, [Allow, Never]) { Default = Never }, cancel);
        return given switch
        {
            { Choice: Allow } => new Downloads.Allowed(),
            { By: GateAnswerer.User } => Downloads.Refused,
            _ => Downloads.Unattended,
        };
    }

    /// <summary>Lays a project out and verifies it; nothing of that stays.</summary>
    internal async Task<VerificationReport> Run(StepContext context, ProjectTexts texts, string name, Downloads permission, CancellationToken cancel)
    {
        var work = workDirectory(context.State.Id);
        var tree = Path.Combine(work, name);
        DisposableTree.Remove(tree);
        Directory.CreateDirectory(work);
        TreeLayout.Write(tree, texts.Blobs.Select(file => (file.Key, file.Value.Content.Content)));
        try
        {
            return await Verifier(context).Verify(tree, permission, cancel);
        }
        finally
        {
            DisposableTree.Remove(tree);
        }
    }

    private ProjectVerifier Verifier(StepContext context) => context.State.Created.Settings.Trust ? trusted : verifier;

    private static string Question(ImmutableArray<DeclaredPackages> declared) => string.Join('\n',
    [
        "The project declares packages that are not there. Shall they be downloaded to build and test it? They are fetched in the sandbox, without running their scripts; nothing else gets the network.",
        .. declared.Select(part => $"{part.Stack}, {part.Manifest}: {Named(part.Packages)}"),
    ]);

    private static string Named(ImmutableArray<string> packages) => packages.Length <= MostNamed
        ? string.Join(", ", packages)
        : $"{string.Join(", ", packages.Take(MostNamed))} and {packages.Length - MostNamed} more";
}
