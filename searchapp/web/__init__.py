"""The web interface: pages for people, and an API for programs. It only reads, and sends nothing to any other server.

app           puts it together             pages      / and /article/… and /help and /files
request_args  the arguments of an address  api        /api/v1/…, described by openapi (and openapi_schemas)
links         addresses of answers         health     /healthz, /readyz, /metrics
safety        hosts and headers            caching    what a browser and this process keep    failures  error pages
open_index    the index that is open       results_view, facets, timeline, article_view, differences_view, bylines,
cursors       places in a result           paragraphs, markup: what a template is given
formats       numbers and days as text     wording    the reader's language      chart     curves as SVG paths
assets        the static files
feeds         searches as feeds            following  the saved searches         certificates
files_api     what was searched, for programs and spreadsheets                  sending    files and streams
compiling     templates, compiled for each language
telling       what the search says, in that language; recognising: by which templates an index was written
figures_args  what counts and compares, as an address asks for it; figures_pages and figures_api answer
serve         the production server        connections, admission: who is served, and how many at once   compression
handover      requests go to the process that answers the fewest
"""

from searchapp.web.app import create_app

__all__ = ["create_app"]
