"""Run the command line of the package: ``python -m analysis``."""

import sys

INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C ends."""

try:
    # Inside, because modules are loaded here, which takes time enough for an interruption.
    from analysis.cli import main

    code = main()
except KeyboardInterrupt:
    code = INTERRUPTED
sys.exit(code)
