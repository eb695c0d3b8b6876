"""Whether a process has ended."""

import subprocess
import time
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Return whether a process runs, and goes on to for two seconds."""
    for _ in range(40):
        if find_state(pid) in ("", "Z"):  # Z: ended; nobody has asked how
            return False
        time.sleep(0.05)
    return True


def find_state(pid: int) -> str:
    """Return the letter for what a process does, as `ps` has it; nothing where there is none."""
    try:
        if Path("/proc/self/stat").exists():  # Linux, which may be without `ps`
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return told.stdout.strip()[:1]
