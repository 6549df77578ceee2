"""`python -m convlab`."""

from __future__ import annotations

import sys

from convlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
