"""Issues of digitised papers: a METS list and the ALTO pages that it names are read together, every word once."""

from pathlib import Path

import pytest

from searchapp.sources import issues
from tests.indexing import looking, run, write
from tests.test_sources import articles, put, refusal, remarks


def block(name: str, *lines: str) -> str:
    """Write a block of a scanned page."""
    words = ("".join(f'<String CONTENT="{word}"/><SP/>' for word in line.split()) for line in lines)
    return f'<TextBlock ID="{name}">{"".join(f"<TextLine>{line}</TextLine>" for line in words)}</TextBlock>'


def page(*blocks: str) -> bytes:
    """Write a scanned page."""
    inner = "".join(blocks)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Layout><Page>'
        f"<PrintSpace>{inner}</PrintSpace></Page></Layout></alto>"
    ).encode()


def area(file: str, begin: str, end: str = "") -> str:
    """Point to a block of a page."""
    return f'<fptr><area FILEID="{file}" BETYPE="IDREF" BEGIN="{begin}"{f" END={end!r}" if end else ""}/></fptr>'


FIRST = page(
    block("T", "THE HARBOUR POST"),
    block("H1", "Pier openod again"),
    block("B1", "By Jane Doe"),
    block("P1", "The pier was opened", "on Monday by the mayor."),
    f'<ComposedBlock ID="C1">{block("P2", "Two boats came.")}{block("P3", "One left.")}</ComposedBlock>',
)
SECOND = page(block("P1", "It will stay open."), block("A1", "Soap for sale"), block("X", "Printed by Roe"))
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3"
  xmlns:xlink="http://www.w3.org/1999/xlink" LABEL="The Harbour Post no. 12 01.05.1899">"""
ISSUE = """<mets:dmdSec ID="ISSUE"><mets:mdWrap><mets:xmlData><mods:mods>
  <mods:titleInfo><mods:title>Volume 3, number 12</mods:title></mods:titleInfo>
  <mods:originInfo><mods:dateIssued encoding="iso8601">1899-05-01</mods:dateIssued></mods:originInfo>
  <mods:language><mods:languageTerm>eng</mods:languageTerm></mods:language>
  <mods:relatedItem type="host"><mods:titleInfo><mods:nonSort>The</mods:nonSort><mods:title>Harbour Post</mods:title>
  </mods:titleInfo></mods:relatedItem></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:dmdSec ID="ONE"><mets:mdWrap><mets:xmlData><mods:mods>
  <mods:titleInfo><mods:title>Pier opened again</mods:title></mods:titleInfo>
  <mods:name><mods:namePart type="family">Doe</mods:namePart><mods:namePart type="given">Jane</mods:namePart>
  <mods:role><mods:roleTerm>aut</mods:roleTerm></mods:role></mods:name></mods:mods></mets:xmlData></mets:mdWrap>
</mets:dmdSec>"""


def files(*addresses: str) -> str:
    """Name the files of an issue."""
    named = (
        f'<mets:file ID="ALTO{number}"><mets:FLocat LOCTYPE="URL" xlink:href="{address}"/></mets:file>'
        for number, address in enumerate(addresses, start=1)
    )
    return f'<mets:fileSec><mets:fileGrp USE="Text">{"".join(named)}</mets:fileGrp></mets:fileSec>'


def logical(*parts: str) -> str:
    """Name the articles of an issue."""
    inner = "".join(parts).replace("<div", "<mets:div").replace("</div", "</mets:div")
    inner = inner.replace("<fptr", "<mets:fptr").replace("</fptr", "</mets:fptr").replace("<area", "<mets:area")
    return (
        '<mets:structMap TYPE="LOGICAL"><mets:div TYPE="ISSUE" DMDID="ISSUE"><mets:div TYPE="CONTENT">'
        f"{inner}</mets:div></mets:div></mets:structMap>"
    )


ARTICLE = (
    '<div TYPE="ARTICLE" ID="D1" DMDID="ONE" LABEL="Pier"><div TYPE="HEADING">' + area("ALTO1", "H1") + "</div>"
    '<div TYPE="BODY"><div TYPE="AUTHOR">' + area("ALTO1", "B1") + '</div><div TYPE="PARAGRAPH">'
    f"{area('ALTO1', 'P1')}{area('ALTO1', 'C1')}</div><div>{area('ALTO2', 'P1')}</div></div></div>"
)
ADVERT = f'<div TYPE="Advertisement" ID="D2">{area("ALTO2", "A1")}</div>'
WHOLE = f"{HEAD}{ISSUE}{files('file://./alto/1.xml', 'file://./alto/2.xml')}{logical(ARTICLE, ADVERT)}</mets:mets>"


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    """Put an issue of two pages into a folder."""
    folder = tmp_path / "news"
    (folder / "alto").mkdir(parents=True)
    (folder / "alto" / "1.xml").write_bytes(FIRST)
    (folder / "alto" / "2.xml").write_bytes(SECOND)
    return put(folder, "18990501-METS.xml", WHOLE)


def test_articles_are_put_together_from_the_blocks_that_a_list_names(issue: Path) -> None:
    pier, soap, *_ = articles(issue)
    assert (pier.title, pier.byline, pier.authors) == ("Pier opened again", "By Jane Doe", ("Jane Doe",))
    assert pier.body == (
        "Pier openod again\n\nThe pier was opened on Monday by the mayor.\n\nTwo boats came.\n\nOne left.\n\n"
        "It will stay open."
    )
    assert {(one.source, one.date, one.language) for one in (pier, soap)} == {("The Harbour Post", "1899-05-01", "en")}
    assert (soap.title, soap.body) == ("Soap for sale", "Soap for sale")


def test_what_is_in_no_article_is_read_page_by_page_and_nothing_twice(issue: Path) -> None:
    *_, first, second = articles(issue)
    assert (first.title, first.body) == ("The Harbour Post, page 1, outside of articles", "THE HARBOUR POST")
    assert (second.title, second.body) == ("The Harbour Post, page 2, outside of articles", "Printed by Roe")
    assert not remarks(issue)


@pytest.mark.parametrize(
    "addresses",
    [
        ("alto/1.xml", "./alto/2.xml"),
        ("alto\\1.xml", "alto\\2.xml"),
        ("https://papers.example/alto/1.xml", "https://papers.example/alto/2.xml"),
        ("/data/scans/1899/alto/1.xml", "file:///D:/scans/alto/2.xml"),
        ("../../../elsewhere/1.xml", "fulltext/2.xml"),
    ],
)
def test_pages_are_found_however_a_list_names_their_place(issue: Path, addresses: tuple[str, str]) -> None:
    put(issue.parent, issue.name, f"{HEAD}{ISSUE}{files(*addresses)}{logical(ARTICLE, ADVERT)}</mets:mets>")
    assert [one.title for one in articles(issue)][:2] == ["Pier opened again", "Soap for sale"]


def test_an_issue_without_articles_is_read_page_by_page(issue: Path) -> None:
    put(issue.parent, issue.name, f"{HEAD}{ISSUE}{files('alto/1.xml', 'alto/2.xml')}</mets:mets>")
    first, second = articles(issue)
    assert (first.title, second.title) == ("The Harbour Post, page 1", "The Harbour Post, page 2")
    assert first.body.startswith("THE HARBOUR POST")
    assert second.date == "1899-05-01"


def test_a_list_that_breaks_off_or_is_no_xml_still_gives_its_pages_and_says_so(issue: Path) -> None:
    put(issue.parent, issue.name, WHOLE[: WHOLE.index("Advertisement")])
    assert articles(issue)[0].title == "Pier opened again"
    assert "broken or incomplete" in remarks(issue)[0].reason
    put(issue.parent, issue.name, f"no XML {files('alto/1.xml', 'alto/2.xml').replace('>', '> & ', 3)}")
    assert "THE HARBOUR POST" in " ".join(one.body for one in articles(issue))
    put(issue.parent, issue.name, f'<!DOCTYPE a [<!ENTITY b "c">]>{WHOLE[WHOLE.index("<mets:mets") :]}')
    assert len(articles(issue)) == 2
    assert "read one by one: It defines entities" in remarks(issue)[0].reason


def test_a_page_that_cannot_be_read_is_told_and_the_others_are_read(issue: Path) -> None:
    (issue.parent / "alto" / "1.xml").write_bytes(b"\0\1 no page")
    titles = [one.title for one in articles(issue)]
    assert titles[0] == "Pier opened again"  # what of it stands on page 2
    assert any(remark.where == "1.xml" and "not XML" in remark.reason for remark in remarks(issue))
    (issue.parent / "alto" / "1.xml").write_bytes(page(block("OTHER", "Nothing else")))
    assert any("4 parts of articles are named that no page" in remark.reason for remark in remarks(issue))
    (issue.parent / "alto" / "1.xml").write_text(
        "<nitf><body><body.content><p>A wire story.</p></body.content></body></nitf>"
    )
    assert any("A wire story." in one.body for one in articles(issue))


def test_pages_outside_of_the_folder_of_a_list_and_links_are_not_read(issue: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_bytes(page(block("S", "A secret")))
    (issue.parent / "linked.xml").symlink_to(tmp_path / "secret.xml")
    put(issue.parent, issue.name, f"{HEAD}{files('../secret.xml', 'linked.xml', '.hidden/9.xml')}</mets:mets>")
    assert not issues.pages(issue)
    assert "read page by page" in refusal(issue)


def test_pages_of_an_issue_are_indexed_once_and_by_themselves_when_the_list_has_gone(issue: Path) -> None:
    index, folder = issue.parents[1] / "index", issue.parent
    for file in (issue, *(folder / "alto").iterdir()):
        write(file, file.read_bytes())

    def listed() -> dict[str, tuple[str, int]]:
        with looking(index) as catalog:
            return {Path(one.path).name: (one.status, one.articles) for one in catalog.files().files}

    run(index, folder)
    assert listed() == {issue.name: ("indexed", 4), "1.xml": ("duplicate", 0), "2.xml": ("duplicate", 0)}
    write(folder / "alto" / "2.xml", SECOND.replace(b"Soap", b"Candles"))
    assert run(index, folder).indexed == 1
    assert "Candles for sale" in {one.title for one in articles(issue)}
    again = run(index, folder)
    assert (again.indexed, again.unchanged, again.duplicates) == (0, 1, 2)
    issue.unlink()
    run(index, folder)
    assert listed() == {"1.xml": ("indexed", 1), "2.xml": ("indexed", 1)}
    write(issue, WHOLE)
    run(index, folder)
    assert listed() == {issue.name: ("indexed", 4), "1.xml": ("duplicate", 0), "2.xml": ("duplicate", 0)}


def test_an_article_of_nothing_but_its_headline_is_kept_and_pages_of_one_name_are_told_apart(issue: Path) -> None:
    for folder, text in (("p1", "Ferry late"), ("p2", "Fair opened")):
        (issue.parent / folder).mkdir()
        (issue.parent / folder / "a.xml").write_bytes(page(block("H", text)))
    parts = "".join(
        f'<div TYPE="ARTICLE" ID="D{at}" LABEL="{text}"><div TYPE="HEADING">{area(f"ALTO{at}", "H")}</div></div>'
        for at, text in ((1, "Ferry late"), (2, "Fair opened"))
    )
    put(issue.parent, issue.name, f"{HEAD}{files('p1/a.xml', 'p2/a.xml')}{logical(parts)}</mets:mets>")
    assert [one.title for one in articles(issue)] == ["Ferry late", "Fair opened"]
