"""How files are sent: names, the mark of CSV, and streams in pieces."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from searchapp.web.sending import attached, begun, streamed


def test_a_stream_of_short_lines_is_sent_in_few_pieces() -> None:
    lines = [f"line {number}\n" for number in range(50_000)]
    with Flask(__name__).app_context():
        pieces = list(streamed(iter(lines), "text/plain", "lines.txt").response)
    assert len(pieces) < 20
    assert b"".join(map(bytes, pieces)).decode() == "".join(lines)


def test_a_stream_is_sent_while_it_is_made() -> None:
    made: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(10):
            made.append(number)
            yield "x" * 100_000

    with Flask(__name__).app_context():
        next(iter(streamed(lines(), "text/plain", "lines.txt").response))
    assert made == [0]


def test_what_is_wrong_from_the_first_line_on_is_told_before_anything_is_sent() -> None:
    def broken() -> Iterator[str]:
        raise ValueError
        yield ""

    with pytest.raises(ValueError):
        begun(broken())
    assert list(begun(iter(["", "a"]))) == ["", "a"]
    assert list(begun(iter([]))) == []


def test_a_name_cannot_write_headers() -> None:
    with Flask(__name__).app_context():
        from flask import Response

        header = attached(Response(), 'é"\r\nX: y/..csv').headers["Content-Disposition"]
    assert header == "attachment; filename=----X--y-..csv"


@pytest.mark.parametrize(
    "path",
    ["export?format=csv&q=report", "files/export", "files/summary?format=csv", "concordance/export?q=report", "trends?q=report&format=csv"],
)  # fmt: skip
def test_every_csv_file_begins_with_the_mark_that_spreadsheets_look_for(client: FlaskClient, path: str) -> None:
    response = client.get(f"/api/v1/{path}")
    assert response.mimetype == "text/csv"
    assert response.data.startswith("\ufeff".encode())
    assert response.data.count("\ufeff".encode()) == 1
    assert response.headers["Content-Disposition"].endswith(".csv")
