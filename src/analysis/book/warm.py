"""Imported by the process that kernels are forked from, see `analysis.book.kernels`."""

from analysis.book.kernels import import_all

import_all()
