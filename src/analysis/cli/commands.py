"""The commands: what each asks, what it answers, and what it says of itself."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from analysis.cli.checking import problems_of
from analysis.cli.output import (
    busy,
    deliver,
    note,
    printable,
    progress,
    report,
    standard_output,
)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.coding import Coding
    from analysis.concepts import Lexicon
    from analysis.corpus import Corpus

PROGRAM = "python -m analysis"
SOUND, PROBLEMS = 0, 1

FIRST = 20
"""So many rows of a long result are shown where no number is asked for."""
MANY = 50
"""With more works than these, every one against all others is a table that nobody reads."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    # What a user can mend is said without a traceback; what is our fault keeps a plain one.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER", exists=True, file_okay=False, show_default=False,
        help="A data folder (with documents.csv), or a folder of texts (.txt, .md) or PDF files.",
    ),
]  # fmt: skip
Csv = Annotated[
    Path | None,
    typer.Option(
        "--csv", metavar="FILE|-", dir_okay=False, readable=False,
        help="Write the whole table as CSV; - is the standard output. Text that a spreadsheet "
        "would take for a formula (it begins with = + - @) has an apostrophe before it.",
    ),
]  # fmt: skip
Json = Annotated[
    Path | None,
    typer.Option(
        "--json", metavar="FILE|-", dir_okay=False, readable=False,
        help="Write the whole table as a JSON list, one object per row; - is the standard output.",
    ),
]  # fmt: skip
LexiconFolder = Annotated[
    Path | None,
    typer.Option(
        "--lexicon", metavar="FOLDER", exists=True, file_okay=False,
        help="A folder with families.csv, concepts.csv and patterns.csv.",
    ),
]  # fmt: skip
Works = Annotated[
    list[str] | None,
    typer.Option("--work", metavar="ID", help="Only this work; may be given more than once."),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``python -m analysis``; those of the process without it.

    Returns
    -------
    int
        The exit code: 0 done, 1 the input has problems, 2 wrong use, 130 interrupted, 141
        the reader of a pipe went away.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may not know every letter
    try:
        app(args=None if arguments is None else list(arguments), prog_name=PROGRAM)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else SOUND
    except ValueError as error:
        from analysis.tables import InputError  # with pandas, which --help does without

        if not isinstance(error, InputError):
            raise
        report(error.problems)
    except ImportError as error:
        note(str(error))
    except OSError as error:
        # The name may be missing: some errors are of no file.
        note(
            ": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error)
        )
    return PROBLEMS


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        number = version("problems-and-remedies")
    except PackageNotFoundError:
        number = "unknown (not installed)"
    with standard_output() as out:
        out.write(f"analysis {number}\n")
    raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Compare a handful of texts closely: words, concepts, problems and remedies.

    FOLDER is a data folder (with documents.csv and its tables) or simply a folder of texts
    (.txt, .md) or PDF files, each of them one work. Start with: check FOLDER.

    Results are shown as a table; through a pipe they are lines with tabs between the cells.

    Exit codes:

        0  done
        1  the input has problems; each is printed with its place
        2  wrong use: an unknown option, a work or a section that is not there
    """


@app.command()
def check(folder: Folder) -> None:
    """Is everything in a folder sound? Print every problem with its place.

    Looked at are the texts, and as far as there are any: lexicon, labels, codings, cues,
    suspected translation variants, conjectures, glossary, figures, claims. Nothing is changed.

    Examples:

        python -m analysis check data
        python -m analysis check my-texts && echo go on

    Each line names the file, the row and the column, and says what to do.
    """
    corpus, problems = problems_of(folder, lambda: _read(folder))
    if problems or corpus is None:
        report(problems)
        raise typer.Exit(PROBLEMS)
    counts = f"{_number(corpus.works, 'work')}, {_number(corpus.documents, 'document')}"
    with standard_output() as out:
        out.write(printable(f"{folder}: sound ({counts}, {len(corpus.tokens):,} tokens)") + "\n")


@app.command()
def kwic(
    folder: Folder,
    query: Annotated[
        str,
        typer.Argument(metavar="QUERY", show_default=False, help="A word, a phrase or a pattern."),
    ],
    width: Annotated[int, typer.Option(min=0, help="Words of context on each side.")] = 8,
    work: Works = None,
    section: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND|ID",
            help="Only sections of this kind (abstract, body, conclusion, front, references, "
            "footnote) or with this section_id; may be given more than once. Without it: "
            "abstract, body and conclusion.",
        ),
    ] = None,
    lemma: Annotated[
        bool, typer.Option("--lemma", help="Compare with lemmas: govern finds governed.")
    ] = False,
    lexicon: LexiconFolder = None,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """Where does a word or a phrase stand, and among which words?

    QUERY is a word, a phrase ("public trust") or words with * for any letters ("democra*").
    Capitals make no difference. With --lexicon, QUERY is the concept_id of a concept.

    Examples:

        python -m analysis kwic data "public trust"
        python -m analysis kwic my-texts "democra*" --width 4 --csv lines.csv
        python -m analysis kwic data trust --section references --section footnote

    Columns:

        left, keyword, right   the words, from the same paragraph
        sentence_id            names the sentence; section_id, document_id, work_id likewise
        start, end             offsets into the raw text, in characters (files only)
    """
    from analysis.concordance import kwic as find

    corpus = _read(folder)
    known = _lexicon(lexicon) if lexicon else None
    with _wrong_use():
        part = corpus.select(works=work or None, roles="primary")
        sections = _sections(part, section)
        lines = find(part, query, width, "lemma" if lemma else "surface", known)
    lines = lines[lines["section_id"].isin(sections)].reset_index(drop=True)
    if lines.empty:
        note(f"{query!r} is nowhere in these texts")
    shown = lines[["left", "keyword", "right", "sentence_id"]]
    deliver(lines, shown, f"{query}: {_number(lines, 'place')}", csv, json)


@app.command()
def keyness(
    folder: Folder,
    target: Annotated[
        str | None, typer.Option(metavar="ID", help="One work; every work without it.")
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Compare with this work; may be given more than once. All others without it.",
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(min=1, help=f"So many terms of each target; {FIRST} are shown without it."),
    ] = None,
    resamples: Annotated[
        int, typer.Option(min=0, help="How often paragraphs are drawn anew for the intervals.")
    ] = 2000,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """Which terms does a text use more often, or less often, than the others?

    Terms are lemmas of the running text (abstract, body, conclusion). A difference counts
    if chance is an unlikely reason for it (q) and it does not hang on a few paragraphs
    (low to high leaves out zero): see the column verdict.

    Examples:

        python -m analysis keyness data --target lian --top 15
        python -m analysis keyness my-texts --json - | jq '.[0]'

    Columns:

        count_target, count_reference (here, others)   how often; files have the rates, too
        log_likelihood (G²)   how surely the rates differ (Dunning)
        q                share of false finds among terms up to here (Benjamini & Hochberg)
        log_ratio        how much: 1 is twice as often, -1 half as often
        low, high        95 % stability interval of log_ratio, paragraphs drawn anew
        verdict          more, less, or why neither can be said: chance, passages (it hangs on a few),
                         undrawn (too few paragraphs to draw from)
    """
    from analysis.frequency import distinguish
    from analysis.frequency import keyness as compare

    corpus = _read(folder)
    _refuse_comparison(folder, corpus, target, reference or [])
    with busy("comparing"):
        whole = distinguish(
            compare(corpus.body().tokens, target, reference or None, resamples=resamples)
        )
    table = _first(whole, ["work_id"], top)
    shown = _first(table, ["work_id"], top or FIRST)[[
        "work_id", "term", "count_target", "count_reference", "log_likelihood", "q",
        "log_ratio", "low", "high", "verdict",
    ]]  # fmt: skip
    deliver(table, shown, "Terms by strength of evidence", csv, json)


@app.command()
def concepts(
    folder: Folder,
    lexicon: LexiconFolder = None,
    hits: Annotated[
        bool, typer.Option("--hits", help="List every place instead of counting.")
    ] = False,
    work: Works = None,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """How often does each text invoke each concept of a lexicon?

    The lexicon is that of FOLDER (FOLDER/lexicon) or the one named by --lexicon. Counted is
    the running text (abstract, body, conclusion).

    Examples:

        python -m analysis concepts data
        python -m analysis concepts my-texts --lexicon my-lexicon --hits --csv hits.csv

    Columns:

        count      places; lacking: those where the value is said to be missing or weak
        sentences  sentences with the concept
        size       words of the text; rate: places per 1,000 words
        stance     with --hits: advocated, described, criticised or reported
    """
    from analysis.concepts import count_hits, find_concepts

    known = _lexicon(lexicon or folder / "lexicon")
    corpus = _read(folder)
    with _wrong_use():
        body = corpus.body().select(works=work or None)
    with busy("finding concepts"):
        places = find_concepts(body, known)
    if hits:
        columns = ["concept_id", "work_id", "matched", "stance", "lack", "sentence_id"]
        deliver(places, places[columns], f"Concepts: {_number(places, 'place')}", csv, json)
    else:
        counts = count_hits(body, known, places)
        deliver(counts, counts, "Concepts per 1,000 words", csv, json)


@app.command()
def suggest(
    folder: Folder,
    item: Annotated[
        Literal["problem", "remedy"] | None, typer.Option(help="Which of the two; else both.")
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            min=1, help=f"So many sentences of each work and item; {FIRST} are shown without it."
        ),
    ] = None,
    cues_only: Annotated[
        bool, typer.Option("--cues-only", help="Do not learn from the coding of FOLDER.")
    ] = False,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """Where should a reader look first for problems and remedies to code?

    Sentences are ranked by cues (wordings such as "lack of" or "should"): those of
    FOLDER/coding/cues.csv or FOLDER/cues.csv, else those that come with the package. If FOLDER
    has a coding of other works, a classifier learns from it, never from the work it ranks.
    This says where to begin reading, not what to code.

    Examples:

        python -m analysis suggest my-texts --item problem --top 10
        python -m analysis suggest my-texts --csv to-read.csv

    Columns:

        rank       1 is the likeliest sentence of its work
        score      how many cues stand in it, or a probability (see scored_by)
        proposed   whether it has any cue, or a probability of 0.5 or more
        cues       which cues
    """
    from analysis.coding.suggestion import suggest as rank

    corpus = _read(folder)
    cues = _cues(folder)
    coding = None if cues_only else _coding(folder, corpus)
    with busy("ranking sentences"):
        table = rank(corpus, coding, item, top, cues=cues)
    likely = _first(table[table["proposed"]], ["work_id", "item"], top or FIRST)
    shown = likely[["work_id", "item", "rank", "score", "cues", "text", "sentence_id"]]
    deliver(table, shown, "Sentences to read first", csv, json)


@app.command()
def export(
    folder: Folder,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", show_default=False, help="The folder to write.")
    ],
    lexicon: LexiconFolder = None,
) -> None:
    """Write a corpus in the formats of the field, for other programs.

    The coding as a REFI-QDA project and as W3C Web Annotations, networks as GraphML and GEXF,
    tokens as CoNLL-U, works as BibTeX and CSL-JSON: what FOLDER has the material for. The
    files carry the whole texts.

    Examples:

        python -m analysis export data exported
    """
    from analysis.exchange.bundle import export_all, networks_left_out

    corpus = _read(folder)
    own = lexicon or folder / "lexicon"
    known = _lexicon(own) if own.is_dir() else None
    coding = _coding(folder, corpus)
    with busy("writing"):
        files = export_all(corpus, out, lexicon=known, coding=coding)
    note(f"{out}: {_number(files, 'file')} written")
    left_out = networks_left_out(known, coding)
    if left_out:
        note(
            f"left out: {', '.join(left_out)}; networks need the package networkx, install it "
            'with: pip install ".[exchange]"'
        )


@app.command("import-coding")
def import_coding(
    folder: Folder,
    project: Annotated[
        Path,
        typer.Argument(
            metavar="PROJECT.qdpx",
            exists=True,
            dir_okay=False,
            show_default=False,
            help="A REFI-QDA project, as NVivo, ATLAS.ti, MAXQDA or QualCoder export it.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", show_default=False, help="The folder of the new coding."),
    ],
    code: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=COLUMN",
            help="What a code means: problem, remedy, theme, level, instrument, actor, voice or "
            "stance; nothing after = leaves the code out. May be given more than once.",
        ),
    ] = None,
    coder: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Take only what this user coded; else all users."),
    ] = None,
) -> None:
    """Read a coding that was made in another program, and write it as tables.

    FOLDER is the data folder with the texts that were coded. Codes must stand below codes
    named Problems and Remedies, or be named as the columns of the tables, or be given by
    --code; what the project does not say stays blank, for you to fill in.

    Examples:

        python -m analysis import-coding data coded.qdpx data/coding/second
        python -m analysis import-coding data coded.qdpx new --code "Upkeep=theme" --code "Nice="
    """
    from analysis.exchange import read_refi_qda, write_coding

    meanings = _meanings(code or [])
    corpus = _read(folder)
    with busy("reading the project"):
        coding = read_refi_qda(project, corpus, meanings, coder)
        write_coding(coding, out)
    note(
        f"{out}: {_number(coding.problems, 'problem')}, "
        f"{_number(coding.remedies, 'remedy', 'remedies')}, {_number(coding.links, 'link')}"
    )


@app.command()
def new(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", show_default=False, help="The book to make.")
    ],
    texts: Annotated[
        list[Path],
        typer.Argument(
            metavar="TEXT...",
            exists=True,
            show_default=False,
            help="Text files (.txt, .md), PDF files, or folders of them; two texts or more.",
        ),
    ],
    title: Annotated[str, typer.Option(help="Title of the book; else the name of FOLDER.")] = "",
    author: Annotated[str, typer.Option(help="Who makes the book.")] = "",
    publish: Annotated[
        Literal["none", "passages", "full"],
        typer.Option(
            help="How far the book may quote the texts: none (counts only), passages, or full. "
            "Each work has its own cell in works.csv, to be changed later."
        ),
    ] = "none",
) -> None:
    """Make a book that compares texts of your own, ready to be built.

    The tables of works and documents are filled in as far as they can be; there are a starter
    lexicon, an empty coding with its codebook, the notebooks, and the package as a wheel, so
    that nothing need be published anywhere. FOLDER must not be there yet, or be empty.

    Examples:

        python -m analysis new seed-libraries texts/ --title "Seed libraries: five reports"
        cd seed-libraries && make book
    """
    from analysis.starting import new_book

    with busy("reading the texts"):
        made = new_book(folder, texts, title, author, publish)
    for first, second, share in made.alike:
        note(
            f"{first} and {second} share {share:.0%} of their wording: if they are one work, give "
            "both the same work_id in data/documents.csv, and one of them the role twin"
        )
    note(f"{folder}: a book of {len(made.works)} texts; next: cd {folder} && make book")


# --- Reading --------------------------------------------------------------------------------


def _read(folder: Path) -> Corpus:
    from analysis.corpus import load_corpus

    with progress() as watch:
        return load_corpus(folder, watch)


def _lexicon(folder: Path) -> Lexicon:
    from analysis.concepts import load_lexicon
    from analysis.tables import InputError

    if not folder.is_dir():
        raise InputError([
            f"{folder}: there is no such folder; name a lexicon with --lexicon FOLDER (it holds "
            "families.csv, concepts.csv and patterns.csv)"
        ])  # fmt: skip
    return load_lexicon(folder)


def _coding(folder: Path, corpus: Corpus) -> Coding | None:
    """Return the coding of a folder, if it has one with any item in it."""
    from analysis.coding import load_coding

    if not (folder / "coding" / "problems.csv").is_file():
        return None
    coding = load_coding(folder / "coding", corpus)
    return coding if len(coding.problems) + len(coding.remedies) else None


def _cues(folder: Path) -> pd.DataFrame:
    """Return the cues of a folder, or those of the package."""
    from analysis.coding.suggestion import load_cues
    from analysis.tables import InputError

    for own in (folder / "coding" / "cues.csv", folder / "cues.csv"):
        if own.is_file():
            return load_cues(own)
    try:
        return load_cues()
    except FileNotFoundError as error:
        raise InputError([
            f"{folder}: it has no cues, and none came with the package; write {folder / 'cues.csv'} "
            "with the columns cue_id,item,pattern,source,note"
        ]) from error  # fmt: skip


def _sections(corpus: Corpus, wanted: Sequence[str] | None) -> set[str]:
    """Return the identifiers of sections that have a kind or an identifier asked for."""
    from analysis.corpus import BODY_KINDS, KINDS

    named = set(wanted or BODY_KINDS)
    table = corpus.sections
    unknown = sorted(named - {*KINDS, *table["section_id"]})
    if unknown:
        raise ValueError(
            f"there is no section {', '.join(unknown)}; name one of the kinds "
            f"{', '.join(KINDS)}, or a section_id"
        )
    return set(table.loc[table["kind"].isin(named) | table["section_id"].isin(named), "section_id"])


def _meanings(given: Sequence[str]) -> dict[str, str]:
    """Return what codes mean by their names; a name may hold = itself."""
    meanings = {}
    for one in given:
        name, equals, column = one.rpartition("=")
        if not equals or not name:
            raise typer.BadParameter(
                f"--code {printable(one)}: write NAME=COLUMN, such as Upkeep=theme"
            )
        meanings[name] = column.strip()
    return meanings


# --- Answers --------------------------------------------------------------------------------


def _refuse_comparison(
    folder: Path, corpus: Corpus, target: str | None, reference: Sequence[str]
) -> None:
    """Refuse what cannot be compared: works that are not there, a work with itself."""
    from analysis.tables import InputError

    works = len(corpus.works)
    if works < 2:
        raise InputError([
            f"{folder}: keyness compares works, and there is one only; put a second text there"
        ])  # fmt: skip
    if target is None and works > MANY:
        raise typer.BadParameter(
            f"there are {works} works; name the one to compare with all others by --target ID"
        )
    with _wrong_use():
        corpus.select(works={*reference, *([] if target is None else [target])})
    if target in reference:
        raise typer.BadParameter(f"{target} would be compared with itself: leave it out")
    if set(corpus.works["work_id"]) <= set(reference):
        raise typer.BadParameter("every work is a --reference; leave out the one to look at")


def _first(table: pd.DataFrame, keys: list[str], rows: int | None) -> pd.DataFrame:
    """Return the first rows of each group; all without a number."""
    if rows is None:
        return table
    return table.groupby(keys, sort=False, observed=True).head(rows).reset_index(drop=True)


def _number(table: Any, thing: str, things: str = "") -> str:
    return f"{len(table):,} {thing if len(table) == 1 else things or f'{thing}s'}"


@contextmanager
def _wrong_use() -> Iterator[None]:
    """Say what a public function refuses to be asked, as the fault of the command.

    It stands around the check of arguments only: elsewhere it would hide faults of our own.
    """
    from analysis.tables import InputError

    try:
        yield
    except InputError:
        raise
    except ValueError as error:
        raise typer.BadParameter(printable(str(error))) from error
