namespace Conclave.Storage;

/// <summary>A database that a newer version of Conclave made; it is left alone.</summary>
public sealed class NewerFormatException(string file, int found, int known)
    : Exception($"CONC704 the database {file} has format {found}; this version reads format {known}. Use the version of conclave that made it.");
