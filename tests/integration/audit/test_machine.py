"""What the audit says of swap, hibernation, snapshots and the host."""

from pathlib import Path

import pytest

from consent_service.audit.findings import Outcome
from consent_service.serving import time_zones

SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
AREA = "{} partition 8388604 0 -2\n"


def test_a_machine_that_keeps_nothing_is_well(look, machine):
    machine("proc/swaps", SWAPS)
    machine("proc/self/mounts", "/dev/vda / ext4 rw 0 0\n")
    machine("proc/cpuinfo", "flags : fpu vme\n")

    for name in ("swap", "hibernation", "host", "disk snapshots"):
        assert look(name).outcome == Outcome.OK


def test_swap_in_the_clear_fails(look, machine):
    machine("proc/swaps", SWAPS + AREA.format("/dev/vdb"))

    found = look("swap")
    assert found.outcome == Outcome.FAIL
    assert "/dev/vdb" in found.text


def test_encrypted_swap_is_well_and_a_volume_that_is_not_fails(look, machine):
    machine("proc/swaps", SWAPS + AREA.format("/dev/dm-1"))
    machine("sys/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap\n")
    assert look("swap").outcome == Outcome.OK

    machine("sys/block/dm-1/dm/uuid", "LVM-abc\n")
    assert look("swap").outcome == Outcome.FAIL


def test_compressed_memory_is_well_unless_it_is_written_back_to_a_disk(look, machine):
    machine("proc/swaps", SWAPS + AREA.format("/dev/zram0"))
    machine("sys/block/zram0/backing_dev", "none\n")
    assert look("swap").outcome == Outcome.OK

    machine("sys/block/zram0/backing_dev", "/dev/vdb\n")
    assert look("swap").outcome == Outcome.FAIL


@pytest.mark.parametrize(("most", "status"), [("0", Outcome.OK), ("max", Outcome.FAIL)])
def test_a_service_that_is_kept_out_of_swap_is_well(look, machine, monkeypatch, most, status):
    monkeypatch.setattr("consent_service.audit.machine.processes", lambda installation: {41, 42})
    machine("proc/swaps", SWAPS + AREA.format("/dev/vdb"))
    for number in (41, 42):
        machine(f"proc/{number}/cgroup", "0::/system.slice/consent-service.service\n")
    machine("sys/fs/cgroup/system.slice/consent-service.service/memory.swap.max", f"{most}\n")

    assert look("swap").outcome == status


def test_a_machine_that_can_hibernate_is_told(look, machine):
    machine("sys/power/state", "freeze mem disk\n")
    machine("proc/swaps", SWAPS)
    assert look("hibernation").outcome == Outcome.OK

    machine("proc/swaps", SWAPS + AREA.format("/dev/vdb"))
    assert look("hibernation").outcome == Outcome.WARN
    machine("sys/power/disk", "[disabled]\n")
    assert look("hibernation").outcome == Outcome.OK


def test_a_virtual_machine_is_told(look, machine):
    machine("proc/cpuinfo", "processor : 0\nflags : fpu hypervisor vme\n")
    machine("sys/class/dmi/id/sys_vendor", "Somebody's Hosting\n")

    found = look("host")
    assert found.outcome == Outcome.WARN
    assert "Somebody's Hosting" in found.text


@pytest.mark.parametrize("kind", ["btrfs", "zfs"])
def test_a_file_system_that_takes_snapshots_is_told(look, machine, tmp_path, kind):
    machine("proc/self/mounts", f"/dev/vda / ext4 rw 0 0\n/dev/vdb {tmp_path} {kind} rw 0 0\n")

    assert look("disk snapshots").outcome == Outcome.WARN


def test_a_volume_of_which_snapshots_can_be_taken_is_told(look, machine):
    machine("proc/self/mounts", "/dev/mapper/debian-root / ext4 rw 0 0\n")
    machine("dev/dm-0")
    (machine.root / "dev/mapper").mkdir()
    (machine.root / "dev/mapper/debian-root").symlink_to("../dm-0")
    machine("sys/block/dm-0/dm/uuid", "LVM-abc\n")

    assert look("disk snapshots").outcome == Outcome.WARN


def test_the_tz_database_that_is_used_is_named(look):
    found = look("time zones")
    assert found.outcome == Outcome.OK
    assert f"{time_zones.newest_database().version} of {time_zones.newest_database().name} is used" in found.text


def test_a_tz_database_that_is_older_than_a_year_is_told(look, monkeypatch):
    old = time_zones.ZoneDatabase("2024b", Path("/usr/share/zoneinfo"))
    monkeypatch.setattr(time_zones, "newest_database", lambda: old)

    found = look("time zones")
    assert found.outcome == Outcome.WARN
    assert "2024b of /usr/share/zoneinfo is used" in found.text
    assert "upgrade the package tzdata" in found.text
