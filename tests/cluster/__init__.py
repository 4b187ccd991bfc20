"""A real OpenSearch cluster on this machine, for tests and for trying out: see `python -m tests.cluster`."""
