"""Tries to leave the sandbox. Prints one JSON object: for each probe what it could do that it must not, or "" when everything was refused.

Arguments: a port that the host listens on at its loopback, the path of a file on the host.
"""

import ctypes
import errno
import json
import os
import socket
import sys

PORT = int(sys.argv[1])
OUTSIDE_FILE = sys.argv[2]

ROOT = {"bin", "conclave", "dev", "etc", "home", "lib", "lib64", "proc", "project", "sbin", "tmp", "usr"}
ETC = {"alternatives", "group", "hosts", "ld.so.cache", "nsswitch.conf", "passwd", "ssl"}
ENVIRONMENT = {"CI", "HOME", "LANG", "LC_CTYPE", "PATH", "PWD", "TMPDIR"}
CLONE_NEWUSER = 0x10000000
AF_VSOCK = 40

libc = ctypes.CDLL(None, use_errno=True)


def network():
    try:
        socket.create_connection(("127.0.0.1", PORT), timeout=2).close()
        return "connected to the loopback of the host"
    except OSError:
        pass
    interfaces = {name for _, name in socket.if_nameindex()} - {"lo"}
    return f"network interfaces {sorted(interfaces)}" if interfaces else ""


def outside_read():
    for path in (OUTSIDE_FILE, "/etc/shadow", "/proc/1/root/etc/shadow", "/proc/kcore"):
        try:
            with open(path, "rb") as file:
                if file.read(1):
                    return f"could read {path}"
        except OSError:
            pass
    strange = (set(os.listdir("/")) - ROOT) | (set(os.listdir("/etc")) - ETC)
    return f"could see {sorted(strange)}" if strange else ""


def outside_write():
    for directory in ("/", "/usr", "/usr/local", "/etc", "/conclave", "/dev", "/proc", "/proc/sys/kernel"):
        file = os.path.join(directory, "conclave-" + os.urandom(8).hex())
        try:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            os.unlink(file)
            return f"could write to {directory}"
        except OSError:
            pass
    for path in ("/etc/passwd", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"):
        try:
            os.close(os.open(path, os.O_WRONLY))
            return f"could open {path} to write"
        except OSError:
            pass
    return ""


def vsock():
    try:
        socket.socket(AF_VSOCK, socket.SOCK_STREAM).close()
        return "could make a VSOCK socket"
    except OSError:
        return ""


def user_namespace():
    if libc.unshare(CLONE_NEWUSER) == 0:
        return "could make a user namespace"
    return "" if ctypes.get_errno() == errno.EPERM else f"unshare failed with {errno.errorcode.get(ctypes.get_errno())}, not EPERM"


def descriptors():
    strange = []
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue  # the directory just listed
        if int(name) > 2:
            strange.append(f"{name} -> {target}")
    return f"inherited descriptors {strange}" if strange else ""


def host_processes():
    # The first process of the namespace is bwrap's, the second this one.
    strange = {name for name in os.listdir("/proc") if name.isdigit()} - {"1", str(os.getpid())}
    return f"could see processes {sorted(strange)}, being {os.getpid()}" if strange or os.getpid() > 9 else ""


def environment():
    strange = set(os.environ) - ENVIRONMENT
    try:
        with open("/proc/1/environ", "rb") as file:
            strange |= {os.fsdecode(variable.split(b"=")[0]) for variable in file.read().split(b"\0") if variable} - ENVIRONMENT
    except OSError:
        pass
    return f"inherited variables {sorted(strange)}" if strange else ""


probes = (network, outside_read, outside_write, vsock, user_namespace, descriptors, host_processes, environment)
print(json.dumps({probe.__name__: probe() for probe in probes}))
