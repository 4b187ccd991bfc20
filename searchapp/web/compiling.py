"""Templates, compiled once for each language: what is the same for all answers in a language is a constant in them.

A page of results has some two hundred sentences, addresses and words of its language; four in five of them depend on
nothing else. As constants, they become one text with the markup around them. What a template includes becomes a part
of it.
"""

from collections.abc import MutableMapping
from typing import Any

from flask import request
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from searchapp.web.wording import language

# Functions of templates whose values, for constants, depend only on the language and on the path before all others.
_CONSTANT = frozenset({"_", "gettext", "language", "direction", "styles", "static", "url_for"})
_SENTENCES = {"gettext": "_"}  # what {% trans %} calls is the same
_MOST = 16  # environments: languages, times paths before all others


class _OneCall(CodeGenerator):
    """Writes each value of a template by one call, of `finalize`, which escapes: a page has some three hundred.

    If a version of jinja2 no longer asked this class, it would call `escape` as well, which changes nothing.
    """

    def _output_child_pre(self, *_: Any) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, *_: Any) -> None:
        self.write(")")


class TemplateEnvironment(Environment):
    """Has an environment for each language; templates are found there, with all that they include."""

    code_generator_class = _OneCall

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._by_language: dict[tuple[str, str], Environment] = {}
        self._is_of_a_language = False

    def get_or_select_template(self, *arguments: Any, **named: Any) -> Template:
        """Return a template in the language of this request."""
        if self._is_of_a_language:
            return super().get_or_select_template(*arguments, **named)
        return self._environment(language(), request.script_root).get_or_select_template(*arguments, **named)

    def make_globals(self, named: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names that a template knows, as one dict: each page copies it, and a chain of two more slowly."""
        return {**self.globals, **(named or {})}

    def _environment(self, code: str, root: str) -> Environment:
        if (found := self._by_language.get((code, root))) is None:
            found = self.overlay()
            found._is_of_a_language = True
            # Not imported by each template, since each time jinja2 would look whether the template has other globals.
            found.globals = {**self.globals, "macros": found.get_template("_macros.html").module}
            if len(self._by_language) >= _MOST:
                self._by_language.clear()
            self._by_language[code, root] = found
        return found

    def _generate(self, source: nodes.Template, *arguments: Any, **named: Any) -> str:
        """Compile a template; this is the hook that Jinja has for changing it before."""
        return super()._generate(_Constants(self).visit(source), *arguments, **named)


class _Constants(NodeTransformer):
    """Replaces calls by their values, and includes by what they include."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        """Make what is included a part of the template, since a context for each takes a twentieth of a page's time."""
        if not isinstance(node.template, nodes.Const):
            return node
        name, loader = node.template.value, self._environment.loader
        source = loader.get_source(self._environment, name)[0] if loader else ""
        parsed = self.visit(self._environment.parse(source, name))
        return nodes.Scope(parsed.body, lineno=node.lineno, environment=node.environment)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802, the name that Jinja looks for
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        arguments = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        has_others = len(arguments) < len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs
        if name not in _CONSTANT or has_others:
            return node
        function: Any = self._environment.globals[_SENTENCES.get(name, name)]
        value = function(*arguments)
        kind = nodes.TemplateData if isinstance(value, Markup) else nodes.Const
        return kind(value, lineno=node.lineno, environment=node.environment)
