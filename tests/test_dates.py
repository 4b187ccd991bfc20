import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.sources import Draft, dates
from searchapp.sources.articles import finish


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2007-08-14", "2007-08-14"),
        ("2007-08-14T19:13:00+02:00", "2007-08-14"),
        ("2007-08-14 19:13:00", "2007-08-14"),
        ("20070814", "2007-08-14"),
        ("2007081419", "2007-08-14"),
        ("200708141913", "2007-08-14"),
        ("20070814191300", "2007-08-14"),
        ("1583020800000", "2020-03-01"),  # thousandths of seconds; the first eight digits are a day of 1583
        ("1583020800000000000", "2020-03-01"),
        ("/Date(1583020800000)/", "2020-03-01"),
        ("20070814T191300Z", "2007-08-14"),
        ("2007/8/14", "2007-08-14"),
        ("2007.08.14", "2007-08-14"),
        ("2007-08", "2007-08"),
        ("2007", "2007"),
        ("Tue Aug 14, 2007 7:13pm EDT", "2007-08-14"),
        ("26-FEB-1987 15:07:13.72", "1987-02-26"),
        (" 2-MAR-1987 01:01:01.00", "1987-03-02"),
        ("Tue, 14 Aug 2007 19:13:00 GMT", "2007-08-14"),
        ("Tue Aug 14 2007 19:13:00 GMT+0000 (UTC)", "2007-08-14"),
        ("Tue Aug 14 19:13:00 EDT 2007", "2007-08-14"),
        ("August 14th, 2007", "2007-08-14"),
        ("Sept. 3, 2007", "2007-09-03"),
        ("14th of August 2007", "2007-08-14"),
        ("14. August 2007, 17:27 Uhr", "2007-08-14"),
        ("1er août 2007", "2007-08-01"),
        ("14 de agosto de 2007", "2007-08-14"),
        ("14 августа 2007", "2007-08-14"),
        ("14 أغسطس 2007", "2007-08-14"),
        ("2007年8月14日", "2007-08-14"),
        ("2007년 8월 14일", "2007-08-14"),
        ("2007年8月", "2007-08"),
        ("14.08.2007", "2007-08-14"),
        ("3.4.2007", "2007-04-03"),
        ("August 2007", "2007-08"),
        ("14/08/2007", "2007-08-14"),
        ("08/14/2007", "2007-08-14"),
        ("04/04/2007", "2007-04-04"),
        ("1187118780", "2007-08-14"),
        ("1187118780000", "2007-08-14"),
    ],
)
def test_a_day_month_or_year_is_read_however_it_is_written(written: str, day: str) -> None:
    assert dates.read(written) == day


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "03/04/2007", "3-4-2007", "14.08.07", "31 February 2007", "2007-02-30", "2007-13", "99/99/2007",
     "Smith 14, 2007", "14 Smith 2007", "0000-01-01", "9" * 300, "12345", "Aug 14"],
)  # fmt: skip
def test_what_is_not_certain_is_no_date(written: str) -> None:
    assert dates.read(written) == ""


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("news/2007/08/14/story.html", "2007-08-14"),
        ("https://example.org/2007/aug/14/story", "2007-08-14"),
        ("news/2007-08-14-story.txt", "2007-08-14"),
        ("news/20070814_story.txt", "2007-08-14"),
        ("news/2007/08/story.txt", ""),
        ("news/2007/13/14/story.txt", ""),
        ("2007/08/14/copied-on-2008-01-02.txt", ""),
        ("2007/08/14/2007-08-14.txt", "2007-08-14"),
        ("article/420070814123", ""),
        ("plain.txt", ""),
    ],
)
def test_a_path_dates_an_article_where_it_names_one_day(path: str, day: str) -> None:
    assert dates.in_path(path) == day


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("WASHINGTON, Aug. 14, 2007 (AP) - The talks failed.", "2007-08-14"),
        ("NEW YORK, August 14, 2007 -- Shares fell.", "2007-08-14"),
        ("WASHINGTON, Aug. 14 (AP) - The talks failed.", ""),
        ("WASHINGTON, Nobody 14, 2007 - The talks failed.", ""),
        ("The talks of Aug. 14, 2007 failed.", ""),
        ("", ""),
    ],
)
def test_a_dateline_dates_an_article_where_it_names_the_year(body: str, day: str) -> None:
    assert dates.in_dateline(body) == day


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,4}[-/. ][0-9]{1,4}"))
def test_any_text_gives_a_whole_date_or_none(text: str) -> None:
    assert len(dates.read(text)) in (0, 4, 7, 10)


@given(st.dates(min_value=__import__("datetime").date(1700, 1, 1), max_value=__import__("datetime").date(2100, 1, 1)))
def test_every_day_is_read_back(day) -> None:
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d %B %Y", "%b %d, %Y", "%d.%m.%Y", "%d-%b-%Y 10:11:12.13"):
        assert dates.read(day.strftime(form)) == day.isoformat()


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2021-03-02T23:30:00-05:00", "23:30:00-05:00"),
        ("Tue, 02 Mar 2021 10:00:00 +0100", "10:00:00+01:00"),
        ("Thu, 1 Apr 2010 09:05:00 EDT", "09:05:00-04:00"),
        ("March 2, 2021, 3:04 PM EST", "15:04-05:00"),
        ("12:05 a.m. March 2, 2021", "00:05"),
        ("2. März 2021, 14.30 Uhr", "14:30"),
        ("le 2 mars 2021 à 14h30", "14:30"),
        ("20070814T143000Z", "14:30:00Z"),
        ("2021-03-02T07:08:09.123456", "07:08:09"),
        ("2 March 2021 10:00 BST", "10:00"),  # British Summer Time or Bangladesh's: the zone is not certain
        ("1614679200", "10:00:00Z"),
        ("1614679200123", "10:00:00Z"),
        ("2021-03-02", ""),
        ("2021-03-02T00:00:00Z", ""),
        ("02.03.2021", ""),
        ("25:30, 2 March 2021", ""),
    ],
)
def test_the_time_of_day_is_read_with_its_zone_as_printed(written: str, time: str) -> None:
    assert dates.read_time(written) == time


def test_milliseconds_are_a_day() -> None:
    assert dates.read("1614679200123") == "2021-03-02"


def test_digits_of_any_script_are_read_as_those_of_ascii() -> None:
    assert dates.read("١٩٣٣-٠٣-٠٢") == "1933-03-02"
    assert dates.read("２００７年８月１４日") == "2007-08-14"
    assert dates.read("19٣٣") == "1933"


@pytest.mark.parametrize(
    ("body", "url", "day", "date_from"),
    [
        ("It cost much.", "", "2021-03-02", "path"),
        ("WASHINGTON, Aug. 14, 2007 (AP) It cost much.", "", "2007-08-14", ""),
        ("It cost much.", "https://example.org/2019/05/06/pier", "2019-05-06", ""),
    ],
)
def test_a_day_in_the_name_of_a_file_counts_last_and_is_marked(body: str, url: str, day: str, date_from: str) -> None:
    (article,) = finish([Draft("Pier rebuilt", body=body, url=url)], "news/2021-03-02/saved.txt")
    assert isinstance(article, Article)
    assert (article.date, article.date_from) == (day, date_from)
