using Conclave.Agents;
using Conclave.Storage;

namespace Conclave.Server.Hosting;

/// <summary>The models as this machine knows them: those of this version, over them the user's <c>models.json</c>, over them the ceiling prices in <c>config.yaml</c>.</summary>
public static class MachineCatalog
{
    /// <summary>Reads both files, as far as they are there.</summary>
    public static Refusable<ModelCatalog> Of(DataDirectory directory)
    {
        var (settings, invalid) = MachineSettings.Of(directory);
        return settings is null ? invalid! : Of(directory, settings);
    }

    /// <summary>Reads the models, if there are any, where the settings are read already.</summary>
    public static Refusable<ModelCatalog> Of(DataDirectory directory, MachineSettings settings)
    {
        if (!File.Exists(directory.ModelsFile))
        {
            return ModelCatalog.BuiltIn.With(settings.Prices);
        }

        var read = ModelCatalog.Read(File.ReadAllText(directory.ModelsFile), file: directory.ModelsFile);
        return read.Value is { } more ? ModelCatalog.BuiltIn.With(more).With(settings.Prices) : new Refusal(RefusalKind.Invalid, string.Join('\n', read.Problems));
    }
}
