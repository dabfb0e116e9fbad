"""What no paper addresses: a checklist that was fixed before the search, and its readings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.corpus import Corpus
from analysis.evidence import passage_link
from analysis.quotations import places_of_quotes
from analysis.tables import InputError, read_table

TOPIC_COLUMNS = ("topic_id", "label", "question", "counts", "leaves_out", "search")
READING_COLUMNS = ("topic_id", "work_id", "verdict", "sentence_id", "quote", "note")
VERDICTS = ("addressed", "mentioned", "silent")
"""What a paper does with a topic: say something of it, only name it, or neither."""
READERS = ("first", "second")


@dataclass(frozen=True)
class Silences:
    """A checklist of topics and what readers found of them in each work.

    Attributes
    ----------
    topics : pandas.DataFrame
        ``topic_id, label, question, counts`` (what addresses it), ``leaves_out, search``
        (patterns with which the texts were searched), in the order of the file.
    readings : pandas.DataFrame
        One row per reader, topic and work: ``reader, topic_id, work_id, verdict,
        sentence_id, quote, note``.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.findings import Silences
    >>> topics = pd.DataFrame({"topic_id": ["cost"], "label": ["Costs"]})
    >>> readings = pd.DataFrame({
    ...     "reader": ["first", "second"], "topic_id": "cost", "work_id": "ada",
    ...     "verdict": ["silent", "mentioned"],
    ... })
    >>> silences = Silences(topics, readings)
    >>> silences.verdicts()["verdict"].tolist(), silences.silent("first")
    (['disputed'], {'cost'})
    """

    topics: pd.DataFrame
    readings: pd.DataFrame

    def verdicts(self) -> pd.DataFrame:
        """Return both verdicts side by side.

        Returns
        -------
        pandas.DataFrame
            ``topic_id, label, work_id, first, second, verdict``: the verdict where both
            readers agree, else ``disputed``. Topics in the order of the checklist.
        """
        keys = ["topic_id", "work_id"]
        wide = self.readings.pivot(index=keys, columns="reader", values="verdict")[list(READERS)]
        table = self.topics[["topic_id", "label"]].merge(wide.reset_index(), on="topic_id")
        agree = table["first"] == table["second"]
        return table.assign(verdict=table["first"].where(agree, "disputed"))

    def silent(self, reader: str) -> set[str]:
        """Return the topics that no work addresses, by one reader.

        Parameters
        ----------
        reader : {"first", "second"}
            Whose reading counts.

        Returns
        -------
        set of str
            Values of ``topic_id``.
        """
        own = self.readings[self.readings["reader"] == reader]
        addressed = own.loc[own["verdict"] == "addressed", "topic_id"]
        return set(self.topics["topic_id"]) - set(addressed)


def silence_table(silences: Silences, works: pd.DataFrame) -> pd.DataFrame:
    """Return a row per topic and a column per work: what both readers found, with its passage.

    Parameters
    ----------
    silences : Silences
        From `load_silences`.
    works : pandas.DataFrame
        The table of works.

    Returns
    -------
    pandas.DataFrame
        ``label, question`` and a column of HTML for each work: the verdict, both where the
        readers differ, and a link to the passage that the first reader took if either
        finds the topic addressed.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.findings import Silences, silence_table
    >>> topics = pd.DataFrame({"topic_id": ["cost"], "label": ["Costs"], "question": ["Who pays?"]})
    >>> readings = pd.DataFrame({
    ...     "reader": ["first", "second"], "topic_id": "cost", "work_id": "ada",
    ...     "verdict": ["silent", "mentioned"], "sentence_id": ["", "ada-s0001"],
    ... })
    >>> table = silence_table(Silences(topics, readings), pd.DataFrame({"work_id": ["ada"]}))
    >>> print(table.to_string(index=False))
    label  question                 ada
    Costs Who pays? silent or mentioned
    """
    passages = silences.readings.set_index(["reader", "topic_id", "work_id"])["sentence_id"]
    verdicts = silences.verdicts().set_index(["topic_id", "work_id"])
    rows = []
    for topic in silences.topics.itertuples():
        row = {"label": topic.label, "question": topic.question}
        for work in works["work_id"]:
            found = verdicts.loc[(topic.topic_id, work)]
            both = list(dict.fromkeys([found["first"], found["second"]]))
            sentence = passages["first", topic.topic_id, work]
            link = f" ({passage_link(sentence)})" if "addressed" in both and sentence else ""
            row[work] = " or ".join(both) + link
        rows.append(row)
    return pd.DataFrame(rows)


def silence_places(corpus: Corpus, silences: Silences) -> pd.DataFrame:
    """Return where the passages stand to which `silence_table` leads.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    silences : Silences
        From `load_silences`.

    Returns
    -------
    pandas.DataFrame
        As `analysis.quotations.places_of_quotes` returns it: ``work_id, document_id,
        section_id, sentence_id, start, end``.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import Silences, silence_places
    >>> corpus = analysis.corpus_from_texts({"ada": "The town pays for it."})
    >>> readings = pd.DataFrame({
    ...     "reader": ["first", "second"], "topic_id": "cost", "work_id": "ada",
    ...     "verdict": "addressed", "sentence_id": corpus.sentences["sentence_id"].iloc[0],
    ...     "quote": "The town pays", "note": "",
    ... })
    >>> silences = Silences(pd.DataFrame({"topic_id": ["cost"]}), readings)
    >>> silence_places(corpus, silences)[["start", "end"]].values.tolist()
    [[0, 13]]
    """
    addressed = silences.readings[silences.readings["verdict"] == "addressed"]
    topics = set(zip(addressed["topic_id"], addressed["work_id"], strict=True))
    first = silences.readings.query("reader == 'first' and sentence_id != ''")
    shown = [key in topics for key in zip(first["topic_id"], first["work_id"], strict=True)]
    return places_of_quotes(corpus, first[shown])


def load_silences(corpus: Corpus, folder: str | Path | None = None) -> Silences:
    """Read the checklist and both readings, and check every quotation.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    folder : str or Path, optional
        The folder with ``checklist.csv``, ``first.csv`` and ``second.csv``;
        ``silences/`` in the folder of the corpus without it.

    Returns
    -------
    Silences
        The checklist in the order of its file, the readings reader by reader.

    Raises
    ------
    InputError
        With every problem found: an unknown topic, work or verdict, a topic and work
        without a reading or with two, a passage that is missing, or is there although
        the work is silent, a quotation that does not stand in its sentence.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import load_silences
    >>> corpus = analysis.corpus_from_texts({"ada": "The town pays for it."})
    >>> folder = Path(tempfile.mkdtemp())
    >>> pd.DataFrame({
    ...     "topic_id": ["cost"], "label": ["Costs"], "question": ["Who pays?"],
    ...     "counts": ["A payer is named."], "leaves_out": ["Prices."], "search": ["pay*"],
    ... }).to_csv(folder / "checklist.csv", index=False)
    >>> reading = pd.DataFrame({
    ...     "topic_id": ["cost"], "work_id": ["ada"], "verdict": ["addressed"],
    ...     "sentence_id": corpus.sentences["sentence_id"], "quote": ["The town pays"],
    ...     "note": ["The town is the payer."],
    ... })
    >>> for reader in ("first", "second"):
    ...     reading.to_csv(folder / f"{reader}.csv", index=False)
    >>> load_silences(corpus, folder).verdicts()["verdict"].tolist()
    ['addressed']
    """
    folder = corpus.folder / "silences" if folder is None else Path(folder)
    problems: list[str] = []
    topics = read_table(
        folder / "checklist.csv", TOPIC_COLUMNS, problems, key="topic_id", filled=TOPIC_COLUMNS
    )
    readings = [
        read_table(
            folder / f"{reader}.csv", READING_COLUMNS, problems,
            filled=("topic_id", "work_id", "verdict", "note"),
            allowed={"topic_id": set(topics["topic_id"]), "verdict": VERDICTS,
                     "work_id": set(corpus.works["work_id"])},
        ).assign(reader=reader)
        for reader in READERS
    ]  # fmt: skip
    if not problems:
        for reader, table in zip(READERS, readings, strict=True):
            problems += _incomplete(f"{reader}.csv", table, topics, corpus)
            problems += _misquoted(f"{reader}.csv", table, corpus)
    if problems:
        raise InputError(problems)
    every = pd.concat(readings, ignore_index=True)[["reader", *READING_COLUMNS]]
    return Silences(topics.drop(columns="row"), every)


def _incomplete(name: str, table: pd.DataFrame, topics: pd.DataFrame, corpus: Corpus) -> list[str]:
    counts = table.groupby(["topic_id", "work_id"]).size()
    wanted = [(t, w) for t in topics["topic_id"] for w in corpus.works["work_id"]]
    return [
        f"{name}: topic {topic}, work {work} has {counts.get((topic, work), 0)} rows; write one"
        for topic, work in wanted
        if counts.get((topic, work), 0) != 1
    ]


def _misquoted(name: str, table: pd.DataFrame, corpus: Corpus) -> list[str]:
    sentences = corpus.sentences.set_index("sentence_id")
    problems = []
    for row in table.itertuples():
        where = f"{name}, row {row.row}, column"
        silent = row.verdict == "silent"
        if silent != (row.quote == "") or silent != (row.sentence_id == ""):
            problems.append(
                f"{where} quote: a silent work has no passage, every other verdict has one"
            )
        elif not silent and row.sentence_id not in sentences.index:
            problems.append(f"{where} sentence_id: the corpus has no sentence {row.sentence_id!r}")
        elif not silent and sentences.at[row.sentence_id, "work_id"] != row.work_id:
            problems.append(f"{where} sentence_id: {row.sentence_id} is not of {row.work_id}")
        elif row.quote not in (sentences.at[row.sentence_id, "text"] if not silent else ""):
            problems.append(f"{where} quote: {row.quote!r} does not stand in {row.sentence_id}")
    return problems
