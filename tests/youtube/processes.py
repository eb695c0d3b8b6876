"""Whether a process has ended."""

import time
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Return whether a process runs, and goes on to for two seconds."""
    for _ in range(40):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state == "Z":  # ended; nobody has asked how
            return False
        time.sleep(0.05)
    return True
