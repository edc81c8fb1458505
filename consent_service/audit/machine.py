"""What the machine may keep of its memory and disks: swap, hibernation, snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from consent_service.audit.findings import Finding, fail, ok, together, warn
from consent_service.audit.installation import Installation
from consent_service.audit.running import processes
from consent_service.spool.directory import mount_of

_COPYING = ("btrfs", "zfs", "bcachefs")


def look_at_swap(installation: Installation) -> Finding:
    """Nothing of the service's memory, the spool included, is written to a disk in the clear."""
    areas = [area for area in swap_areas(installation) if not _is_safe(installation, area)]
    if not areas:
        return ok("none on a disk in the clear")
    if _is_kept_out(installation):
        return ok("there is some, and the service is kept out of it (MemorySwapMax=0)")
    return fail(f"{', '.join(areas)} is not encrypted: swapoff, encrypt it, or set MemorySwapMax=0 for the service")


def swap_areas(installation: Installation) -> list[str]:
    """Files and devices, as the kernel names them."""
    return [line.split()[0] for line in installation.text_of("proc/swaps").splitlines()[1:]]


def _is_safe(installation: Installation, area: str) -> bool:
    name = Path(area).name
    if name.startswith("zram"):
        return installation.text_of(f"sys/block/{name}/backing_dev") in ("none", "")
    return installation.text_of(f"sys/block/{name}/dm/uuid").startswith("CRYPT-")


def _is_kept_out(installation: Installation) -> bool:
    """Whether the service's control group, which its part of a tmpfs counts for too, has no swap."""
    groups = {_group(installation, number) for number in processes(installation)}
    files = [f"sys/fs/cgroup{group}/memory.swap.max" for group in groups]
    return bool(files) and all(installation.text_of(file) == "0" for file in files)


def _group(installation: Installation, process: int) -> str:
    lines = installation.text_of(f"proc/{process}/cgroup").splitlines()
    return next((line.removeprefix("0::") for line in lines if line.startswith("0::")), "/")


def look_at_hibernation(installation: Installation) -> Finding:
    can = "disk" in installation.text_of("sys/power/state").split()
    is_off = "[disabled]" in installation.text_of("sys/power/disk")
    areas = [area for area in swap_areas(installation) if not Path(area).name.startswith("zram")]
    if can and areas and not is_off:
        return warn(f"it would write all memory to {areas[0]}: systemctl mask hibernate.target")
    return ok("this machine does not hibernate")


def look_at_host(installation: Installation) -> Finding:
    """A virtual machine's host can copy its memory at any time, and nothing in it can tell."""
    flags = next((line for line in installation.text_of("proc/cpuinfo").splitlines() if line.startswith("flags")), "")
    maker = installation.text_of("sys/class/dmi/id/sys_vendor")
    if "hypervisor" in flags.split() or installation.text_of("sys/hypervisor/type"):
        named = f" ({maker})" if maker else ""
        return warn(f"virtual machine{named}: ask its host for no snapshots with memory, and trust it or move")
    return ok("no sign of a virtual machine")


def look_at_snapshots(installation: Installation) -> Finding:
    """Older states of the data folder: like a backup, they hold what was removed since."""
    return together(_copies(installation), "no file system below the data folder that takes snapshots by itself")


def _copies(installation: Installation) -> Iterator[Finding]:
    source, kind = mount_of(installation.config.data_dir.resolve(), installation.text_of("proc/self/mounts"))
    if kind in _COPYING:
        yield warn(f"the data folder is on {kind}: its snapshots keep what was removed; exclude it, or let them expire")
    device = installation.machine(source.lstrip("/")).resolve().name if source.startswith("/dev/") else ""
    if device and installation.text_of(f"sys/block/{device}/dm/uuid").startswith("LVM-"):
        yield warn("the data folder is on LVM: a snapshot keeps what was removed; let them expire")
