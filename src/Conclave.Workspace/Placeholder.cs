namespace Conclave.Workspace;
