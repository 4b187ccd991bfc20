"""What was searched, for programs and spreadsheets: the list of all files, and counts of them."""

from flask import Blueprint, Response, jsonify, request

from searchapp.answers.searched import searched
from searchapp.render.csv_lines import file_lines, table_lines
from searchapp.render.figures_json import figures_values
from searchapp.render.tables import searched_table
from searchapp.web.admission import exports
from searchapp.web.caching import by_version
from searchapp.web.open_index import library
from searchapp.web.openapi import ANSWER_FORMS
from searchapp.web.request_args import read_choice, takes
from searchapp.web.sending import marked_csv, sent_csv, streamed

files_api = Blueprint("files_api", __name__, url_prefix="/api/v1/files")


@files_api.get("/summary")
@by_version
@takes("format")
def summarize() -> Response:
    """Count what was searched."""
    answer = searched(library())
    if read_choice(request.args, "format", ANSWER_FORMS) == "csv":
        return sent_csv(table_lines(*searched_table(answer)), "searched.csv")
    return jsonify(figures_values(answer))


@files_api.get("/export")
@exports
@takes()
def export_files() -> Response:
    """Send the status of each file, as one stream."""
    return streamed(marked_csv(file_lines(library().catalog.each_file())), "text/csv", "files.csv")
