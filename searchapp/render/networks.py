"""The lines of a list that occur together, as a network for Gephi, Cytoscape, igraph and the like.

GraphML: http://graphml.graphdrawing.org/specification.html; GEXF 1.3: https://gexf.net/schema.html
"""

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from searchapp.answers.lists import ListTable
from searchapp.render.plain_text import plain

_HEADING = '<?xml version="1.0" encoding="UTF-8"?>\n'


def graphml(answer: ListTable) -> Iterator[str]:
    """Write a node for each line and an edge for each pair that occurs together, weighted by its articles."""
    yield _HEADING + '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    yield '<key id="label" for="node" attr.name="label" attr.type="string"/>\n'
    yield '<key id="articles" for="node" attr.name="articles" attr.type="int"/>\n'
    yield '<key id="weight" for="edge" attr.name="weight" attr.type="double"/>\n<graph edgedefault="undirected">\n'
    for place, row in enumerate(answer.rows):
        label = _text(row.entry.label)
        yield f'<node id="n{place}"><data key="label">{label}</data><data key="articles">{row.articles}</data></node>\n'
    for pair in answer.together:
        yield f'<edge source="n{pair.first}" target="n{pair.second}"><data key="weight">{pair.articles}</data></edge>\n'
    yield "</graph>\n</graphml>\n"


def gexf(answer: ListTable) -> Iterator[str]:
    """Write the same as GEXF."""
    yield _HEADING + '<gexf xmlns="http://gexf.net/1.3" version="1.3">\n<graph defaultedgetype="undirected">\n'
    yield '<attributes class="node"><attribute id="0" title="articles" type="integer"/></attributes>\n<nodes>\n'
    for place, row in enumerate(answer.rows):
        value = f'<attvalues><attvalue for="0" value="{row.articles}"/></attvalues>'
        yield f'<node id="n{place}" label={quoteattr(plain(row.entry.label))}>{value}</node>\n'
    yield "</nodes>\n<edges>\n"
    for number, pair in enumerate(answer.together):
        ends = f'source="n{pair.first}" target="n{pair.second}"'
        yield f'<edge id="{number}" {ends} weight="{pair.articles}"/>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _text(text: str) -> str:
    return quoteattr(plain(text), {'"': "&quot;"})[1:-1]
