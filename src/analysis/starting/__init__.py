"""Begin a book for other texts: tables, starter lexicon, empty coding, notebooks and settings.

`book` lays the folder out, `wheel` puts the package into it, and `template/` holds what every new
book begins with.
"""

from analysis.starting.book import NewBook, new_book
from analysis.starting.wheel import write_wheel

__all__ = ["NewBook", "new_book", "write_wheel"]
