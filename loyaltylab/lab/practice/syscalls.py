"""What the cells in the sandbox may not ask of the kernel: a seccomp filter for bwrap.

A limit counts neither memory without an owner (files in memory, shared segments, a tmpfs of
one's own) nor sockets that leave by another door than the network (vsock to the host of a
virtual machine), so the calls that make them are refused.
"""

from __future__ import annotations

import errno
import platform
import struct

_ARCH = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
# name: number on x86_64, on aarch64
_REFUSED = {
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "sched_setaffinity": (203, 122),  # each run keeps to the processors that it was given
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)
_NAMESPACES = 0x7E020080  # any CLONE_NEW… flag
_FAMILIES = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink: all of them shut in with the sandbox
_X32 = 0x40000000

_LOAD, _EQUAL, _ABOVE, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000


def known() -> bool:
    """Tell whether there is a filter for this machine's processor."""
    return platform.machine() in _ARCH


def program() -> bytes:
    """Return the filter, compiled for this machine.

    Examples
    --------
    >>> not known() or len(program()) % 8
    0
    """
    arch, column = _ARCH[platform.machine()]
    refuse, allow = (_RETURN, 0, 0, _ERROR | errno.EPERM), (_RETURN, 0, 0, _ALLOW)
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_ABOVE, 0, 1, _X32),
        refuse,
    ]
    for numbers in _REFUSED.values():
        code += [(_EQUAL, 0, 1, numbers[column]), refuse]
    # what clone3 asks for cannot be seen by a filter; without it the C library calls clone
    code += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    code += [(_EQUAL, 0, 4, _CLONE[column]), (_LOAD, 0, 0, _FIRST)]
    code += [(_SET, 0, 1, _NAMESPACES), refuse, allow]
    code += [(_EQUAL, 0, 2 + 2 * len(_FAMILIES), _SOCKET[column]), (_LOAD, 0, 0, _FIRST)]
    for family in _FAMILIES:
        code += [(_EQUAL, 0, 1, family), allow]
    code += [refuse, allow]
    return b"".join(struct.pack("=HBBI", *line) for line in code)
