"""The command line: ``python -m analysis COMMAND FOLDER``.

Exit codes: 0 done; 1 the input has problems; 2 wrong use, such as an unknown option or a
text that is not there; 130 interrupted; 141 the reader of a pipe went away.
"""

from analysis.cli.commands import app, main

__all__ = ["app", "main"]
