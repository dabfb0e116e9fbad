"""The formats of the field: what other programs read, and what they bring.

`refi_qda` and `refi_qda_reading` exchange codings with programs for qualitative analysis,
`web_annotation` writes codings and concept hits as W3C Web Annotations, `networks` as
GraphML and GEXF, `conllu` writes the tokens, `bibliography` the works, `coding_files` the
files of a coding, and `bundle` everything at once.
"""

from analysis.exchange.bibliography import write_bibtex, write_csl_json
from analysis.exchange.bundle import export_all
from analysis.exchange.coding_files import write_coding
from analysis.exchange.conllu import write_conllu
from analysis.exchange.networks import (
    cooccurrence_network,
    problem_remedy_network,
    write_gexf,
    write_graphml,
)
from analysis.exchange.refi_qda import write_refi_qda
from analysis.exchange.refi_qda_reading import read_refi_qda
from analysis.exchange.web_annotation import web_annotations, write_web_annotations

__all__ = [
    "cooccurrence_network",
    "export_all",
    "problem_remedy_network",
    "read_refi_qda",
    "web_annotations",
    "write_bibtex",
    "write_coding",
    "write_conllu",
    "write_csl_json",
    "write_gexf",
    "write_graphml",
    "write_refi_qda",
    "write_web_annotations",
]
