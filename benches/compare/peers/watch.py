"""How long each phase takes, on standard error: `load 12.3 ms`."""

import sys
import time


class Watch:
    def __init__(self) -> None:
        self.start = time.perf_counter()

    def lap(self, phase: str) -> None:
        now = time.perf_counter()
        print(f"{phase} {(now - self.start) * 1e3:.1f} ms", file=sys.stderr)
        self.start = now
