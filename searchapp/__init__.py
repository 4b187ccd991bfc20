"""Search over a folder of news articles, with answers that can be relied on."""

__version__ = "0.1.0"
