namespace Conclave.Server;
