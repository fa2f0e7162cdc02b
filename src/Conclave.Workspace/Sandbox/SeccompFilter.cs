using System.Buffers.Binary;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// The system calls that generated code must not make, as a classic BPF program for x86_64 (struct sock_filter: u16 code, u8 jt, u8 jf, u32 k).
/// Everything else is allowed: the namespaces confine it, and this closes what they leave open (AF_VSOCK, new namespaces, io_uring, tracing).
/// </summary>
internal static class SeccompFilter
{
    private const ushort Load = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort Return = 0x06;

    // Offsets in struct seccomp_data; arguments are read by their low halves.
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint Argument0 = 16;
    private const uint Argument1 = 24;

    private const uint Allow = 0x7FFF0000;
    private const uint KillProcess = 0x80000000;
    private const uint Errno = 0x00050000;
    private const uint NotPermitted = Errno | 1;
    private const uint NoSuchCall = Errno | 38;
    private const uint NoSuchFamily = Errno | 97;

    private const uint X86_64 = 0xC000003E;
    private const uint FirstX32Call = 0x40000000;
    private const uint NewNamespaceFlags = 0x7E020000; // every CLONE_NEW* that clone(2) takes

    private const uint Ioctl = 16;
    private const uint Socket = 41;
    private const uint Clone = 56;
    private const uint Clone3 = 435;

    private static readonly uint[] Denied =
    [
        101, // ptrace
        103, // syslog
        155, // pivot_root
        159, // adjtimex
        161, // chroot
        163, // acct
        164, // settimeofday
        165, // mount
        166, // umount2
        167, // swapon
        168, // swapoff
        169, // reboot
        172, // iopl
        173, // ioperm
        175, // init_module
        176, // delete_module
        179, // quotactl
        212, // lookup_dcookie
        227, // clock_settime
        246, // kexec_load
        248, // add_key
        249, // request_key
        250, // keyctl
        272, // unshare
        278, // vmsplice
        298, // perf_event_open
        300, // fanotify_init
        303, // name_to_handle_at
        304, // open_by_handle_at
        305, // clock_adjtime
        308, // setns
        310, // process_vm_readv
        311, // process_vm_writev
        312, // kcmp
        313, // finit_module
        320, // kexec_file_load
        321, // bpf
        323, // userfaultfd
        425, // io_uring_setup
        426, // io_uring_enter
        427, // io_uring_register
        428, // open_tree
        429, // move_mount
        430, // fsopen
        431, // fsconfig
        432, // fsmount
        433, // fspick
        438, // pidfd_getfd
        442, // mount_setattr
        443, // quotactl_fd
    ];

    /// <summary>The program as <c>bwrap --seccomp</c> reads it.</summary>
    /// <param name="network">
    /// Whether it is for a run that shares the network of the machine. Abstract UNIX sockets (D-Bus, X11) belong to the network's namespace, and a filter
    /// can't look at addresses: so such a run can make no UNIX socket at all. Pairs of them, which have no address, it can.
    /// </param>
    public static byte[] Bytes(bool network)
    {
        var program = Program(network);
        var bytes = new byte[program.Count * 8];
        for (var i = 0; i < program.Count; i++)
        {
            var (code, ifTrue, ifFalse, value) = program[i];
            var at = bytes.AsSpan(i * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, code);
            at[2] = ifTrue;
            at[3] = ifFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], value);
        }

        return bytes;
    }

    // A jump says how many of the instructions after it are left out: if it holds, if it does not.
    private static List<Instruction> Program(bool network) =>
    [
        new(Load, 0, 0, Architecture),
        new(JumpIfEqual, 1, 0, X86_64),
        new(Return, 0, 0, KillProcess),
        new(Load, 0, 0, Number),
        new(JumpIfAtLeast, 0, 1, FirstX32Call),
        new(Return, 0, 0, KillProcess),

        .. Denied.SelectMany<uint, Instruction>(number => [new(JumpIfEqual, 0, 1, number), new(Return, 0, 0, NotPermitted)]),

        // Its flags lie in memory, where a filter can't look; the C library falls back to clone.
        new(JumpIfEqual, 0, 1, Clone3),
        new(Return, 0, 0, NoSuchCall),

        new(JumpIfEqual, 0, 4, Clone),
        new(Load, 0, 0, Argument0),
        new(JumpIfAnyBit, 0, 1, NewNamespaceFlags),
        new(Return, 0, 0, NotPermitted),
        new(Return, 0, 0, Allow),

        new(JumpIfEqual, 0, 7, Socket),
        new(Load, 0, 0, Argument0),
        new(JumpIfEqual, (byte)(network ? 3 : 4), 0, 1), // AF_UNIX
        new(JumpIfEqual, 3, 0, 2), // AF_INET
        new(JumpIfEqual, 2, 0, 10), // AF_INET6
        new(JumpIfEqual, 1, 0, 16), // AF_NETLINK
        new(Return, 0, 0, NoSuchFamily),
        new(Return, 0, 0, Allow),

        new(JumpIfEqual, 0, 5, Ioctl),
        new(Load, 0, 0, Argument1),
        new(JumpIfEqual, 1, 0, 0x5412), // TIOCSTI
        new(JumpIfEqual, 0, 1, 0x541C), // TIOCLINUX
        new(Return, 0, 0, NotPermitted),
        new(Return, 0, 0, Allow),

        new(Return, 0, 0, Allow),
    ];

    private sealed record Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);
}
