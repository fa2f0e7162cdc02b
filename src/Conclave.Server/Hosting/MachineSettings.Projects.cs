using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Server.Hosting;

public sealed partial record MachineSettings
{
    /// <summary>What may become of packages that projects declare; null when the file does not say.</summary>
    public InstallPolicy? Install { get; init; }

    /// <summary>Where packages come from.</summary>
    public PackageSources PackageSources { get; init; } = PackageSources.Default;

    /// <summary>The containers that generated code runs in; null for bubblewrap.</summary>
    public ContainerChoice? Container { get; init; }

    // package_sources: { npm: "http://127.0.0.1:4873/", nuget_folder: /opt/nuget }
    private static PackageSources ReadSources(MappingReader top, List<Problem> problems)
    {
        if (top.Map("package_sources", "`package_sources`") is not { } reader)
        {
            return PackageSources.Default;
        }

        var replaced = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in PackageSources.Names)
        {
            if (reader.Text(name) is not { } address)
            {
                continue;
            }

            if (Uri.TryCreate(address.Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0)
            {
                replaced[name] = address.Value;
            }
            else
            {
                problems.Add(new Problem("CONC203", address.At, $"`{name}` can't be `{(uri?.UserInfo.Length > 0 ? "an address with a password" : address.Value)}`", "write an http or https address without a user or a password"));
            }
        }

        var folder = reader.Text("nuget_folder");
        if (folder is { } written && !Path.IsPathRooted(written.Value))
        {
            problems.Add(new Problem("CONC203", written.At, $"`nuget_folder` can't be `{written.Value}`", "write a whole path"));
        }

        reader.RefuseUnknown();
        return PackageSources.Default with { Replaced = replaced.ToImmutable(), NuGetFolder = folder?.Value };
    }

    // sandbox: { engine: docker, image: "my-tools:1" }
    private static ContainerChoice? ReadContainer(MappingReader top)
    {
        if (top.Map("sandbox", "`sandbox`") is not { } reader)
        {
            return null;
        }

        reader.Require("engine");
        var engine = reader.OneOf<ContainerEngine>("engine");
        var image = reader.RequiredText("image");
        reader.RefuseUnknown();
        return engine is null ? null : new ContainerChoice(engine.Value, image.Value);
    }
}
