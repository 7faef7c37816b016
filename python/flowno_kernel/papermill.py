"""Parameters for papermill: ``papermill -p x 3`` gives the cell ``let x = 3;``.

papermill finds engines by entry points, but not translators. So an engine is registered that does
what papermill's own does, and loading it registers the translator.
"""

import math
import re
from typing import Any

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

__all__ = ["FlownoEngine", "FlownoTranslator"]

#: Whole numbers that a cell can hold.
INT_MIN, INT_MAX = -(2**63), 2**63 - 1

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

#: `let name = value; // help`, on one line.
DEFINITION = re.compile(
    r"^\s*(?:let|const)\s+(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>.*?)\s*;\s*(?://\s*(?P<help>.*))?$"
)

#: Characters that a string spells in another way.
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class FlownoTranslator(Translator):
    """Python's values as Rhai's expressions."""

    @classmethod
    def translate_none(cls, val: None) -> str:
        return "()"

    @classmethod
    def translate_int(cls, val: int) -> str:
        if not INT_MIN <= val <= INT_MAX:
            raise PapermillException(f"{val} does not fit into a whole number of 64 bits")
        # Rhai reads the smallest number as the negation of one that is too large.
        return f"({INT_MIN + 1} - 1)" if val == INT_MIN else str(val)

    @classmethod
    def translate_float(cls, val: float) -> str:
        if math.isnan(val):
            return "(0.0 / 0.0)"
        if math.isinf(val):
            return "(1.0 / 0.0)" if val > 0 else "(-1.0 / 0.0)"
        return repr(float(val))

    @classmethod
    def translate_str(cls, val: str) -> str:
        return cls.translate_escaped_str(val)

    @classmethod
    def translate_escaped_str(cls, str_val: Any) -> str:
        return '"' + "".join(map(_escaped, str(str_val))) + '"'

    @classmethod
    def translate_list(cls, val: list) -> str:
        return "[" + ", ".join(map(cls.translate, val)) + "]"

    @classmethod
    def translate_dict(cls, val: dict) -> str:
        fields = (
            f"{cls.translate_escaped_str(key)}: {cls.translate(value)}"
            for key, value in val.items()
        )
        return "#{" + ", ".join(fields) + "}"

    @classmethod
    def translate(cls, val: Any) -> str:
        return super().translate(list(val) if isinstance(val, tuple) else val)

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name: str, str_val: str) -> str:
        if not NAME.fullmatch(name):
            raise PapermillException(f"{name!r} cannot name a variable of a flowno cell")
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell: Any) -> list[Parameter]:
        """The variables that a cell tagged ``parameters`` defines, a line each."""
        found = map(DEFINITION.match, parameters_cell["source"].splitlines())
        return [
            Parameter(
                name=match["name"],
                inferred_type_name=_type_name(match["value"]),
                default=match["value"],
                help=match["help"] or "",
            )
            for match in found
            if match
        ]


def _escaped(char: str) -> str:
    if char in ESCAPES:
        return ESCAPES[char]
    return char if char.isprintable() or char == " " else f"\\U{ord(char):08x}"


def _type_name(expression: str) -> str:
    """What `type_of` would say of a literal; papermill wants "None" for what is not known."""
    if expression == "()":
        return "NoneType"
    if expression in ("true", "false"):
        return "bool"
    if re.fullmatch(r"-?[0-9][0-9_]*", expression):
        return "int"
    if re.fullmatch(r"-?[0-9][0-9_]*\.?[0-9_]*([eE][+-]?[0-9]+)?", expression):
        return "float"
    kinds = {'"': "string", "`": "string", "[": "array", "#{": "map", "'": "char"}
    return next((kind for begin, kind in kinds.items() if expression.startswith(begin)), "None")


class FlownoEngine(NBClientEngine):
    """papermill's own engine, under a name of ours."""


# By kernel, as papermill looks first, and by language, for kernels of other names.
papermill_translators.register("flowno", FlownoTranslator)
papermill_translators.register("rhai", FlownoTranslator)
