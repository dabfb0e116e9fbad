"""REFI-QDA projects: valid by the published schema, back unchanged, and read as others write them."""

import io
import re
import uuid
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import fields
from html import escape
from pathlib import Path

import pandas as pd
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

import analysis
from analysis.corpus import corpus_from_texts
from analysis.exchange import packages, read_refi_qda, write_coding, write_refi_qda
from analysis.exchange.refi_qda import described, parts_described, source_text
from analysis.tables import InputError

DATA = Path(__file__).resolve().parents[1] / "data"
SCHEMA = Path(__file__).parent / "schemas" / "refi-qda-project.xsd"
PLAIN = str.maketrans("“”‘’", "\"\"''")
NAMESPACE = "{urn:QDA-XML:project:1.0}"
TABLES = ("problems", "remedies", "links", "coverage", "themes", "instruments", "actors")

TEXT = (
    "Roads are bad in the hills. Nobody repairs them after the rain.\n"
    "The district should pay a crew of its own for every valley.\n"
)
ROADS, CREW = "Nobody repairs them after the rain", "The district should pay a crew of its own"


def assert_same(first, second):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), obj=name)
    assert (first.coder, first.times) == (second.coder, second.times)


def project_xml(path):
    with zipfile.ZipFile(path) as package:
        return package.read("project.qde").decode("utf-8")


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory, coding, corpus):
    return write_refi_qda(coding, corpus, tmp_path_factory.mktemp("qda") / "coding.qdpx")


# --- Out --------------------------------------------------------------------------------------


def test_project_is_valid_by_the_published_schema(written):
    schema = xmlschema.XMLSchema(SCHEMA)
    assert [error.reason for error in schema.iter_errors(project_xml(written))] == []


def test_schema_refuses_what_is_no_project(written):
    # So that the test above can fail.
    broken = project_xml(written).replace("startPosition", "start", 1)
    assert not xmlschema.XMLSchema(SCHEMA).is_valid(broken)


def test_same_coding_gives_the_same_bytes(written, coding, corpus, tmp_path):
    again = write_refi_qda(coding, corpus, tmp_path / "again.qdpx")
    assert again.read_bytes() == written.read_bytes()


def test_every_passage_holds_the_words_of_its_quotation(written, coding):
    quotes = dict(zip(coding.problems["problem_id"], coding.problems["quote"], strict=True))
    quotes |= dict(zip(coding.remedies["remedy_id"], coding.remedies["quote"], strict=True))
    checked = 0
    with zipfile.ZipFile(written) as package:
        for source in ET.fromstring(package.read("project.qde")).iter(f"{NAMESPACE}TextSource"):
            member = source.get("plainTextPath").replace("internal://", "sources/")
            text = package.read(member).decode("utf-8")
            for passage in source.iter(f"{NAMESPACE}PlainTextSelection"):
                words = text[int(passage.get("startPosition")) : int(passage.get("endPosition"))]
                name = re.match(r"\[(.+?)\]", passage.findtext(f"{NAMESPACE}Description"))[1]
                words, quote = (said.translate(PLAIN) for said in (words, quotes[name]))
                first, last = quote.split()[0], quote.split()[-1]
                # Footnotes and broken words may stand between; both ends are the quotation's.
                assert words.startswith(first[:4]) and words.endswith(last[-3:]), name
                checked += 1
    assert checked == len(quotes)


def test_coding_of_other_texts_is_refused(coding, corpus, tmp_path):
    with pytest.raises(ValueError, match="quotes documents that are not in this corpus: lian"):
        write_refi_qda(coding, corpus.select(works=["shen", "li", "region"]), tmp_path / "p.qdpx")
    assert list(tmp_path.iterdir()) == []


def test_no_two_codes_share_a_name(written):
    names = re.findall(r'<Code guid="[^"]+" name="([^"]+)"', project_xml(written))
    assert len(names) == len(set(names)) > 50


def test_all_references_lead_somewhere(written):
    root = ET.fromstring(project_xml(written))
    known = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(known) == len(set(known))
    wanted = {e.get(name) for e in root.iter() for name in ("targetGUID", "originGUID")} - {None}
    assert wanted <= set(known)


def test_sources_are_the_raw_texts(written, corpus):
    with zipfile.ZipFile(written) as package:
        texts = {package.read(n).decode() for n in package.namelist() if n.startswith("sources/")}
    assert texts == set(corpus.raw.values())


# --- Back -------------------------------------------------------------------------------------


def test_coding_comes_back_unchanged(written, coding, corpus):
    assert_same(coding, read_refi_qda(written, corpus))


def test_second_coding_comes_back_unchanged(corpus, tmp_path):
    second = analysis.load_coding(DATA / "coding" / "second", corpus)
    path = write_refi_qda(second, corpus, tmp_path / "second.qdpx")
    assert_same(second, read_refi_qda(path, corpus))


def test_coding_folder_is_what_load_coding_reads(written, corpus, coding, tmp_path):
    folder = write_coding(read_refi_qda(written, corpus), tmp_path / "coding")
    assert_same(coding, analysis.load_coding(folder, corpus))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["coding"]


def test_coding_is_not_written_over_another(coding, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        write_coding(coding, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@given(
    st.text(st.characters(blacklist_categories=["Cs"])),
    st.dictionaries(
        st.from_regex(r"[a-z]{1,6}", fullmatch=True),
        st.from_regex(r"[a-z: ]*[a-z]", fullmatch=True),
    ),
)
def test_descriptions_come_apart_as_they_were_put_together(text, cells):
    text = " ".join(text.split()).replace("[columns]", "")
    back = parts_described(described("head", text, cells))
    assert back == ("head", text.strip(), {k: v.strip() for k, v in cells.items()})


@given(st.text(alphabet="ab \r\n\ufeff\U0001f600", max_size=30), st.data())
def test_places_of_the_source_point_at_the_same_character(raw, data):
    text, place = source_text(raw)
    at = data.draw(st.integers(0, len(raw)))
    if at < len(raw) and raw[at] not in "\r\n\ufeff":
        assert text[place(at)] == raw[at]


# --- As other programs write it ---------------------------------------------------------------


class Writer:
    """Writes projects by hand: a tree of codes, one text, passages."""

    def __init__(self, tree, text=TEXT, name="a"):
        self.tree, self.text, self.name = tree, text, name
        self.guids = {}
        self.passages, self.links, self.notes = [], [], []
        self.users = {}

    def guid(self, *key):
        return self.guids.setdefault(key, str(uuid.uuid5(uuid.NAMESPACE_OID, repr(key))).upper())

    def codes(self, tree):
        parts = []
        for name, below in tree.items():
            inner = self.codes(below) if isinstance(below, dict) else ""
            parts.append(
                f'<Code guid="{{{self.guid("code", name)}}}" name="{escape(name)}" isCodable="true">{inner}</Code>'
            )
        return "".join(parts)

    def code(
        self, words, *codes, name="", comment="", shift=(0, 0), user=None, count=lambda text, at: at
    ):
        start = self.text.index(words)
        places = [
            count(self.text, at) + s
            for at, s in zip((start, start + len(words)), shift, strict=True)
        ]
        guid = self.guid("passage", len(self.passages))
        by = f' creatingUser="{self.guid("user", user)}"' if user else ""
        if user:
            self.users[user] = self.guid("user", user)
        coded = "".join(
            f'<Coding guid="{self.guid("coding", guid, c)}"{by}><CodeRef targetGUID="{self.guid("code", c)}"/></Coding>'
            for c in codes
        )
        inside = f"<Description>{escape(comment)}</Description>" if comment else ""
        self.passages.append(
            f'<PlainTextSelection guid="{guid}" name="{escape(name)}" startPosition="{places[0]}" '
            f'endPosition="{places[1]}">{inside}{coded}</PlainTextSelection>'
        )
        return guid

    def link(self, origin, target, name=""):
        self.links.append(
            f'<Link guid="{self.guid("link", len(self.links))}" name="{name}" originGUID="{origin}" targetGUID="{target}"/>'
        )

    def note(self, text):
        guid = self.guid("note", len(self.notes))
        self.notes.append(
            f'<Note guid="{guid}"><PlainTextContent>{escape(text)}</PlainTextContent></Note>'
        )
        return guid

    def xml(self, source="", namespace="urn:QDA-XML:project:1.0"):
        users = "".join(f'<User guid="{g}" name="{n}"/>' for n, g in self.users.items())
        source = source or 'plainTextPath="internal://0AB.txt"'
        return (
            f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{namespace}" name="p">'
            + (f"<Users>{users}</Users>" if users else "")
            + f"<CodeBook><Codes>{self.codes(self.tree)}</Codes></CodeBook>"
            + f'<Sources><TextSource guid="{self.guid("source")}" name="{self.name}" {source}>'
            + "".join(self.passages)
            + "</TextSource></Sources>"
            + (f"<Notes>{''.join(self.notes)}</Notes>" if self.notes else "")
            + (f"<Links>{''.join(self.links)}</Links>" if self.links else "")
            + "</Project>"
        )

    def save(self, path, content=None, **members):
        content = self.text.encode() if content is None else content
        return zipped(path, {"project.qde": self.xml(), "Sources/0ab.TXT": content, **members})


TREE = {
    "Problems": {"Poor upkeep": {}},
    "Remedies": {"New crews": {}, "Actor": {"District": {}}},
    "Voice": {"Author": {}},
}


@pytest.fixture(scope="module")
def hills():
    return corpus_from_texts({"a": TEXT})


@pytest.fixture
def writer():
    return Writer(TREE)


def test_hand_made_projects_are_valid_themselves(writer):
    passage = writer.code(ROADS, "Poor upkeep", user="Ann")
    writer.link(passage, writer.note("seen"))
    text = writer.xml().replace('guid="{', 'guid="').replace('}" name', '" name')
    assert xmlschema.XMLSchema(SCHEMA).is_valid(text)


def test_codes_under_problems_and_remedies_are_themes_and_instruments(writer, hills, tmp_path):
    writer.code(ROADS, "Poor upkeep", "Author", name=ROADS)
    writer.code(CREW, "New crews", "District", comment="Costly?")
    coding = read_refi_qda(writer.save(tmp_path / "p.qdpx"), hills)
    (problem,), (remedy,) = (t.to_dict("records") for t in (coding.problems, coding.remedies))
    assert (problem["problem_id"], problem["theme"], problem["voice"]) == (
        "a-p01",
        "poor-upkeep",
        "author",
    )
    assert (problem["quote"], problem["label"]) == (ROADS, ROADS)
    # Nothing is invented where the project says nothing.
    assert (problem["level"], problem["stance"], problem["note"]) == ("", "", "")
    assert (remedy["instrument"], remedy["actor"], remedy["note"]) == (
        "new-crews",
        "district",
        "Costly?",
    )
    assert hills.source("a", remedy["start"], remedy["end"]) == CREW
    assert coding.instruments["label"].tolist() == ["New crews"]
    assert coding.coder == "a coder whom the project does not name"


def test_load_coding_names_every_blank_that_a_foreign_project_leaves(writer, hills, tmp_path):
    writer.code(ROADS, "Poor upkeep")
    folder = write_coding(
        read_refi_qda(writer.save(tmp_path / "p.qdpx"), hills), tmp_path / "coding"
    )
    with pytest.raises(InputError) as caught:
        analysis.load_coding(folder, hills)
    said = "\n".join(caught.value.problems)
    for column in ("level", "voice", "stance"):
        assert f"problems.csv, row 2, column {column}: the cell is empty" in said
    assert "column quote" in said  # six words; the codebook asks for eight


def test_one_passage_for_each_code_is_one_item(writer, hills, tmp_path):
    # QualCoder writes a selection for each coding.
    for code in ("New crews", "District", "Author"):
        writer.code(CREW, code)
    coding = read_refi_qda(writer.save(tmp_path / "p.qdpx"), hills)
    (remedy,) = coding.remedies.to_dict("records")
    assert (remedy["instrument"], remedy["actor"], remedy["voice"]) == (
        "new-crews",
        "district",
        "author",
    )
    assert coding.problems.empty and coding.links.empty


def test_project_that_went_through_another_program_keeps_ids_labels_and_notes(
    written, coding, corpus, tmp_path
):
    """New GUIDs, one selection per coding, no links, byte order mark: as QualCoder hands it on."""
    root = ET.fromstring(project_xml(written))
    fresh = {}
    for element in root.iter():
        for name in ("guid", "targetGUID", "creatingUser"):
            old = element.get(name)
            if old:
                element.set(name, fresh.setdefault(old, str(uuid.uuid5(uuid.NAMESPACE_OID, old))))
    for name in ("Links", "Notes"):
        root.remove(root.find(f"{NAMESPACE}{name}"))
    for source in root.iter(f"{NAMESPACE}TextSource"):
        for passage in source.findall(f"{NAMESPACE}PlainTextSelection"):
            source.remove(passage)
            for coded in passage.findall(f"{NAMESPACE}Coding"):
                one = ET.SubElement(source, passage.tag, passage.attrib | {"name": "the words"})
                one.append(passage.find(f"{NAMESPACE}Description"))
                one.append(coded)
    with zipfile.ZipFile(written) as package:
        texts = {
            n: b"\xef\xbb\xbf" + package.read(n) for n in package.namelist() if n != "project.qde"
        }
    path = zipped(tmp_path / "other.qdpx", {"other.qde": ET.tostring(root), **texts})
    back = read_refi_qda(path, corpus)
    for name in ("problems", "remedies", "themes", "instruments", "actors"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(coding, name), obj=name)
    assert back.links.empty


def crlf(text):
    return text.replace("\n", "\r\n").encode()


COUNTS = {
    "as stored, line feeds": (str.encode, lambda text, at: at, (0, 0)),
    "as stored, two characters at a line end": (
        crlf,
        lambda text, at: at + text[:at].count("\n"),
        (0, 0),
    ),
    "one for two characters at a line end": (crlf, lambda text, at: at, (0, 0)),
    "two for a line feed": (str.encode, lambda text, at: at + text[:at].count("\n"), (0, 0)),
    "byte order mark not counted": (
        lambda t: b"\xef\xbb\xbf" + t.encode(),
        lambda text, at: at,
        (0, 0),
    ),
    "byte order mark counted": (
        lambda t: b"\xef\xbb\xbf" + t.encode(),
        lambda text, at: at + 1,
        (0, 0),
    ),
    "code units of UTF-16": (
        str.encode,
        lambda text, at: len(text[:at].encode("utf-16-le")) // 2,
        (0, 0),
    ),
    "end included": (str.encode, lambda text, at: at, (0, -1)),
    "UTF-16 file": (lambda t: t.encode("utf-16"), lambda text, at: at, (0, 0)),
}


@pytest.mark.parametrize("way", COUNTS)
def test_every_way_of_counting_finds_the_same_words(way, tmp_path):
    text = "\U0001f6a7\U0001f6a7 Signs first.\n\n" + TEXT
    encode, count, shift = COUNTS[way]
    writer = Writer(TREE, text)
    words = ["Signs first", "bad in the hills", ROADS, "after the rain", CREW, "every valley"]
    for part in words:
        writer.code(part, "Poor upkeep", count=count, shift=shift)
    path = writer.save(tmp_path / "p.qdpx", encode(text))
    coding = read_refi_qda(path, corpus_from_texts({"a": text}))
    assert sorted(coding.problems["quote"]) == sorted(words)


def test_words_noted_beside_a_passage_tell_how_it_was_counted(tmp_path):
    writer = Writer(TREE)
    # One passage in the second line only; its name gives it away.
    count = COUNTS["two for a line feed"][1]
    writer.code(CREW, "New crews", name=CREW[:20] + "…", count=count)
    coding = read_refi_qda(writer.save(tmp_path / "p.qdpx"), corpus_from_texts({"a": TEXT}))
    assert coding.remedies["quote"].tolist() == [CREW]


def test_half_a_word_is_widened_and_moves_nothing_else(writer, hills, tmp_path):
    writer.code("obody repairs them aft", "Poor upkeep")
    writer.code(CREW, "New crews")
    coding = read_refi_qda(writer.save(tmp_path / "p.qdpx"), hills)
    assert coding.problems["quote"].tolist() == ["Nobody repairs them after"]
    assert coding.remedies["quote"].tolist() == [CREW]


@pytest.mark.parametrize(
    "text",
    [TEXT.replace("\n", "\n\n  "), TEXT.replace(" ", "\u00a0"), "A title of the program\n" + TEXT],
    ids=["other white space", "no-break spaces", "more text"],
)
def test_source_whose_text_was_changed_is_placed_by_its_words(text, hills, tmp_path):
    writer = Writer(TREE, text)
    words = ROADS.replace(" ", "\u00a0") if "\u00a0" in text else ROADS
    writer.code(words, "Poor upkeep")
    coding = read_refi_qda(writer.save(tmp_path / "p.qdpx"), hills)
    assert coding.problems["quote"].tolist() == [ROADS]


def test_text_inside_the_xml_and_other_namespaces_are_read(writer, hills, tmp_path):
    writer.code(ROADS, "Poor upkeep")
    xml = writer.xml(source=" ", namespace="urn:QDA-XML:project:0:4")
    xml = xml.replace("  >", f"><PlainTextContent>{escape(TEXT)}</PlainTextContent>", 1)
    path = zipped(tmp_path / "p.qdpx", {"Some name.qde": xml})
    assert read_refi_qda(path, hills).problems["quote"].tolist() == [ROADS]


def test_text_beside_a_pdf_is_read_and_has_its_name(hills, tmp_path):
    # The text layer has a running head more, so that only the name tells the document.
    writer = Writer(TREE, "Hills\n" + TEXT)
    writer.code(ROADS, "Poor upkeep")
    xml = writer.xml().replace("<TextSource", '<PDFSource guid="0" name="A.pdf"><Representation')
    xml = xml.replace('name="a" plain', "plain")
    xml = xml.replace("</TextSource>", "</Representation></PDFSource>")
    path = zipped(tmp_path / "p.qdpx", {"project.qde": xml, "sources/0AB.txt": writer.text})
    assert read_refi_qda(path, hills).problems["quote"].tolist() == [ROADS]


def test_links_run_either_way_and_others_are_left_out(writer, hills, tmp_path):
    problem = writer.code(ROADS, "Poor upkeep")
    remedy = writer.code(CREW, "New crews")
    writer.link(problem, remedy, "Explicit")
    writer.link(remedy, problem, "supports")
    writer.link(problem, writer.note("a note"))
    coding = read_refi_qda(writer.save(tmp_path / "p.qdpx"), hills)
    assert coding.links.to_dict("records") == [
        {
            "remedy_id": "a-r01",
            "problem_id": "a-p01",
            "basis": "explicit",
            "rationale": "",
            "work_id": "a",
        }
    ]
    # NVivo links a passage to the note that comments on it.
    assert coding.problems["note"].tolist() == ["a note"]


def test_two_themes_on_one_passage_are_two_problems(hills, tmp_path):
    writer = Writer({"Problems": {"Theme": {"Poor upkeep": {}, "Bad weather": {}}}})
    writer.code(ROADS, "Poor upkeep", "Bad weather")
    coding = read_refi_qda(writer.save(tmp_path / "p.qdpx"), hills)
    assert coding.problems[["problem_id", "theme"]].values.tolist() == [
        ["a-p01", "poor-upkeep"], ["a-p02", "bad-weather"],
    ]  # fmt: skip


def test_only_what_one_coder_coded_is_taken(writer, hills, tmp_path):
    writer.code(ROADS, "Poor upkeep", user="Ann")
    writer.code("Roads are bad in the hills", "Poor upkeep", user="Ben")
    path = writer.save(tmp_path / "p.qdpx")
    both, ben = read_refi_qda(path, hills), read_refi_qda(path, hills, coder="Ben")
    assert (len(both.problems), both.coder) == (2, "Ann, Ben")
    assert (ben.problems["quote"].tolist(), ben.coder) == (["Roads are bad in the hills"], "Ben")
    with pytest.raises(InputError, match="no coder 'Eve'; it names Ann, Ben"):
        read_refi_qda(path, hills, coder="Eve")


# --- What cannot be read ----------------------------------------------------------------------


def problems_of(path, corpus, **options):
    with pytest.raises(InputError) as caught:
        read_refi_qda(path, corpus, **options)
    return caught.value.problems


def test_code_without_a_known_place_is_asked_for(hills, tmp_path):
    writer = Writer({"Upkeep": {}, "Nice": {}, "Unused": {}})
    writer.code(ROADS, "Upkeep", "Nice")
    path = writer.save(tmp_path / "p.qdpx")
    found = problems_of(path, hills)
    assert len(found) == 2 and "code 'Upkeep': it stands neither under Problems" in found[0]
    coding = read_refi_qda(path, hills, codes={"Upkeep": "theme", "Nice": ""})
    assert coding.problems["theme"].tolist() == ["upkeep"]
    assert "cannot be 'topic'" in problems_of(path, hills, codes={"Upkeep": "topic", "Nice": ""})[0]


def test_all_problems_are_named_at_once(writer, hills, tmp_path):
    writer.tree = {**TREE, "Level": {"practice": {}, "research": {}}}
    writer.code(ROADS, "Poor upkeep", "practice", "research")
    writer.code(CREW, "Nowhere")
    found = problems_of(writer.save(tmp_path / "p.qdpx"), hills)
    assert any("is not in the codebook" in problem for problem in found)
    assert any(
        "two codes of level, practice and research; keep one" in problem for problem in found
    )


def test_two_passages_with_one_id_are_named(writer, hills, tmp_path):
    writer.code(ROADS, "Poor upkeep", comment="[a-p01] Upkeep")
    writer.code("Roads are bad in the hills", "Poor upkeep", comment="[a-p01] Upkeep")
    (found,) = problems_of(writer.save(tmp_path / "p.qdpx"), hills)
    assert "two passages begin with [a-p01]" in found


def test_source_that_is_no_text_of_the_corpus_is_named(tmp_path, hills):
    writer = Writer(TREE, "Another text altogether, of boats.", name="boats")
    writer.code("Another text", "Poor upkeep")
    (found,) = problems_of(writer.save(tmp_path / "p.qdpx"), hills)
    assert "source 'boats': it is no text of the corpus" in found


def test_passage_in_the_second_extraction_is_named(corpus, tmp_path):
    raw = corpus.raw["shen-twin"]
    words = next(
        s
        for s in corpus.sentences[corpus.sentences["document_id"] == "shen-twin"]["text"]
        if s in raw
    )
    writer = Writer(TREE, raw, name="shen-twin")
    writer.code(words, "Poor upkeep")
    (found,) = problems_of(writer.save(tmp_path / "p.qdpx"), corpus)
    assert "shen-twin is a second extraction" in found


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('plainTextPath="internal://gone.txt"', "is not in the project"),
        ('plainTextPath="relative:///0ab.txt"', "is not in the project"),
        ('richTextPath="internal://0ab.docx"', "it has no plain text"),
    ],
)
def test_source_without_its_text_is_named(writer, hills, tmp_path, source, said):
    writer.code(ROADS, "Poor upkeep")
    path = zipped(tmp_path / "p.qdpx", {"project.qde": writer.xml(source), "sources/0ab.txt": TEXT})
    assert said in problems_of(path, hills)[0]


def test_text_that_is_not_utf8_is_named(writer, hills, tmp_path):
    writer.code(ROADS, "Poor upkeep")
    assert (
        "it is not UTF-8" in problems_of(writer.save(tmp_path / "p.qdpx", b"Stra\xdfe"), hills)[0]
    )


def test_passage_beyond_the_text_is_named(writer, hills, tmp_path):
    writer.code(ROADS, "Poor upkeep", shift=(900, 900))
    assert "its words are not found" in problems_of(writer.save(tmp_path / "p.qdpx"), hills)[0]


@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/passwd", "a/../../b", "C:/x.txt", "..\\x.txt", "\\x"]
)
def test_member_that_leads_out_of_the_package_is_refused(writer, hills, tmp_path, name):
    path = zipped(tmp_path / "p.qdpx", {"project.qde": writer.xml(), "placeholder": "x"})
    with zipfile.ZipFile(path, "a") as package:
        info = zipfile.ZipInfo("x")
        info.filename = name
        package.writestr(info, "x")
    (found,) = problems_of(path, hills)
    assert "leads out of the package" in found
    assert [p.name for p in tmp_path.iterdir()] == ["p.qdpx"]


def test_immense_member_is_not_unpacked(writer, hills, tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "LARGEST", 1000)
    path = writer.save(tmp_path / "p.qdpx")
    zipped(path, {"project.qde": writer.xml() + " " * 10_000})
    assert "so it is not opened" in problems_of(path, hills)[0]


def test_many_large_members_are_not_unpacked(writer, hills, tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "LARGEST_TOGETHER", len(writer.xml()) + 10)
    writer.code(ROADS, "Poor upkeep")
    assert "so it is not opened" in problems_of(writer.save(tmp_path / "p.qdpx"), hills)[0]


BOMB = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
FILE = '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declared", [BOMB, FILE, "<!DOCTYPE Project>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_type_is_refused(writer, hills, tmp_path, declared, encoding):
    xml = writer.xml().replace("?>", f"?>{declared}", 1).replace('"utf-8"', f'"{encoding}"')
    path = zipped(tmp_path / "p.qdpx", {"project.qde": xml.encode(encoding)})
    assert "DOCTYPE" in problems_of(path, hills)[0]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"readme.txt": "x"}, "it holds no project.qde"),
        ({"project.qde": "<Project"}, "not well-formed XML"),
        (
            {"project.qde": '<?xml version="1.0" encoding="nonsense"?><Project/>'},
            "not well-formed XML",
        ),
        ({"project.qde": "<CodeBook/>"}, "its root is 'CodeBook'"),
        ({"project.qde": "<a>" * 500 + "</a>" * 500}, "stand more than 100 deep"),
    ],
)
def test_what_is_no_project_is_named(hills, tmp_path, members, said):
    (found,) = problems_of(zipped(tmp_path / "p.qdpx", members), hills)
    assert found.startswith("p.qdpx") and said in found


def test_file_that_is_missing_damaged_or_no_zip_is_named(writer, hills, tmp_path):
    assert "missing" in problems_of(tmp_path / "none.qdpx", hills)[0]
    (tmp_path / "text.qdpx").write_text("no zip")
    assert "no zip file" in problems_of(tmp_path / "text.qdpx", hills)[0]
    path = tmp_path / "p.qdpx"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("project.qde", writer.xml())
    path.write_bytes(buffer.getvalue().replace(b"<CodeBook>", b"<codebook>", 1))
    assert "cannot be unpacked" in problems_of(path, hills)[0]


def test_empty_coding_comes_back_empty(hills, tmp_path):
    from analysis.coding import Coding

    path = zipped(tmp_path / "p.qdpx", {"project.qde": Writer(TREE).xml(), "sources/0ab.txt": TEXT})
    coding = read_refi_qda(path, hills)
    assert {f.name for f in fields(Coding)} >= set(TABLES)
    assert all(
        getattr(coding, name).empty for name in ("problems", "remedies", "links", "coverage")
    )
    again = write_refi_qda(coding, hills, tmp_path / "again.qdpx")
    assert xmlschema.XMLSchema(SCHEMA).is_valid(project_xml(again))
