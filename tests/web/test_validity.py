"""The pages and the stylesheet are valid, says the Nu Html Checker: `vnu.jar`, which the npm package vnu-jar brings."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from searchapp.web import app as web_app


@pytest.fixture(scope="session")
def check():
    jar, java = os.environ.get("VNU_JAR"), shutil.which("java")
    if not (jar and java):
        pytest.skip("VNU_JAR does not name the checker's vnu.jar, or there is no java to run it")

    def check(*arguments):
        return subprocess.run([java, "-jar", jar, "--stdout", *map(str, arguments)], capture_output=True, text=True)

    return check


def test_every_page_is_valid_html(client, ids, check, tmp_path):
    urls = {
        "home": "/",
        "results": "/?q=report&author=Ada+Quill&sort=newest",
        "hostile": "/?q=zebra",
        "nothing": "/?q=bridge+qqqqq&source=x",
        "article": f"/article/{ids['bridge']}?q=bridge",
        "hostile article": f"/article/{ids['hostile']}?q=zebra",
        "excluded": "/?q=&not_author=Ada+Quill&author=Nobody&author=No+One",
        "values": "/values/author?q=report&find=a",
        "months": "/values/month?q=",
        "similar": f"/article/{ids['bridge']}/similar",
        "no copies": f"/article/{ids['bridge']}/copies",
        "copies": f"/article/{ids['report']}/copies",
        "each story once": "/?q=report&copies=none",
        "difference": f"/compare?one={ids['bridge']}&other={ids['hostile']}",
        "edited": f"/article/{ids['hostile']}",
        "edit": f"/article/{ids['hostile']}/versions/1",
        "trends": "/trends?q=report&q=zebra",
        "coverage": "/coverage",
        "concordance": "/concordance?q=report",
        "collocates": "/collocates?q=report",
        "keywords": "/keywords?q=bridge",
        "parts": "/parts?q=bridge+OR+report",
        "sample": "/sample?q=report&n=3",
        "list": "/list",
        "help": "/help",
        "files": "/files",
        "failure": "/?page=x",
        "saved": "/saved",
        "comparison": "/saved/compare?name=ferries",
        "certificate": "/certificate?q=report&author=Ada+Quill&sort=newest",
        "verify": "/verify",
        "certificate of nothing": "/certificate?q=qqqqq",
    }
    for name, url in urls.items():
        (tmp_path / f"{name}.html").write_text(client.get(url).text, encoding="utf-8")
    assert check(*sorted(tmp_path.glob("*.html"))).stdout == ""


def test_the_stylesheet_is_valid(check):
    style = Path(web_app.__file__).parent / "static" / "style.css"
    assert check("--css", style).stdout == ""
