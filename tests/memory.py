"""Where the tests' databases are: none outlives its test, so none needs to reach a disk."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes; a container may have next to nothing there


def roomy() -> Path | None:
    """A folder in memory, where there is one with room."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    return None
