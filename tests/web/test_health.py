"""For those who run the server: it lives, it is ready, and it counts rightly, also in several processes."""

import gc
import os
import re
import subprocess
import sys
import textwrap

from searchapp.web import create_app, serve
from searchapp.web.admission import Places
from searchapp.web.connections import Patience


def test_a_server_lives_without_an_index_but_is_not_ready(client, tmp_path):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    empty = create_app(tmp_path / "none").test_client()
    assert empty.get("/healthz").status_code == 200
    assert empty.get("/readyz").status_code == 503
    assert empty.get("/metrics").status_code == 200


def test_requests_are_counted_by_route_and_status(index):
    client = create_app(index).test_client()
    for url in ("/?q=bridge", "/?q=report", "/?page=x", "/nowhere"):
        client.get(url)
    client.get("/", headers={"Host": "evil.test"})
    metrics = client.get("/metrics").text
    assert 'searchapp_requests_total{route="pages.search_page",status="200"} 2.0' in metrics
    assert 'searchapp_requests_total{route="pages.search_page",status="400"} 2.0' in metrics
    assert 'searchapp_requests_total{route="none",status="404"} 1.0' in metrics
    assert 'searchapp_request_seconds_count{route="pages.search_page"} 4.0' in metrics
    assert "searchapp_articles 105.0" in metrics


def test_several_processes_count_together(index, tmp_path):
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from searchapp.web import create_app

        client = create_app(Path(sys.argv[1]), metrics_folder=sys.argv[2]).test_client()
        for _ in range(int(sys.argv[3])):
            client.get("/?q=bridge")
        print(client.get("/metrics").text)
    """)
    folder = str(tmp_path)
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": folder}
    told = [
        subprocess.run(
            [sys.executable, "-c", script, str(index), folder, times],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for times in ("2", "3")
    ]
    counts = [re.search(r'route="pages.search_page",status="200"} ([0-9.]+)', text)[1] for text in told]
    assert counts == ["2.0", "5.0"]
    assert all(text.count("\nsearchapp_articles 105.0") == 1 for text in told)


def test_a_server_never_looks_for_garbage_in_what_it_started_with(index):
    try:
        serve._application(serve.Settings(index, (), (), "", Places(), Patience()))
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
