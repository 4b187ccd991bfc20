"""The web side: pages for people, an API for programs. It only reads, and it sends nothing anywhere else.

app       puts it together         pages     / and /article/… and /help and /files
asking    an address as a Request  api       /api/v1/…, described by openapi
links     a Request as an address  health    /healthz, /readyz, /metrics
safety    hosts, headers, caching  failures  errors as answers
shelf     the open index           timeline, reading, wording, cursors: small parts of the above
"""

from searchapp.web.app import create_app

__all__ = ["create_app"]
