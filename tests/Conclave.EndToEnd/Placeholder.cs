namespace Conclave.EndToEnd;
