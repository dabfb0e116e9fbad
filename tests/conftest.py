"""What several tests share: the real corpus, read once, and a copy of its data to damage."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

import analysis
from analysis.terms import study_terms

# A slow machine is no fault of the code.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="session")
def corpus():
    return analysis.load_corpus(DATA)


@pytest.fixture(scope="session")
def body(corpus):
    return corpus.body()


@pytest.fixture(scope="session")
def lexicon():
    return analysis.load_lexicon(DATA / "lexicon")


@pytest.fixture(scope="session")
def hits(body, lexicon):
    return analysis.find_concepts(body, lexicon)


@pytest.fixture(scope="session")
def coding(corpus):
    return analysis.load_coding(DATA / "coding", corpus)


@pytest.fixture(scope="session")
def translations(corpus):
    return analysis.load_translations(corpus, DATA / "translations")


@pytest.fixture(scope="session")
def study(corpus, translations):
    return study_terms(corpus, translations)


@pytest.fixture
def data(tmp_path):
    """A copy of the data folder that a test may damage."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("derived"))
    return folder


@pytest.fixture(scope="session")
def values_hits(corpus):
    """Advocated values in the running text of the primary documents."""
    texts = corpus.body().select(headings=False)
    hits = analysis.find_concepts(texts, analysis.load_lexicon())
    hits = analysis.corrected_stances(hits, analysis.load_labels(corpus))
    return hits[hits["stance"] == "advocated"]
