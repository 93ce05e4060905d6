"""The JSON Schema (2020-12) of a registry, for editors that complete and check YAML."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from typing import Any

from . import schema


def json_schema() -> dict[str, Any]:
    """Returns the JSON Schema (2020-12) of a registry, or of an included file, for editors that complete and check YAML."""
    shapes: dict[str, Any] = schema.RegistryShape.model_json_schema()
    shapes["$defs"] = dict(sorted({**shapes["$defs"], **schema.EventShape.model_json_schema()["$defs"]}.items()))
    shapes["properties"]["events"] = {"items": {"$ref": "#/$defs/EventShape"}, "type": "array"}
    _describe_keys(shapes)
    document: dict[str, Any] = _simplify(shapes)
    document |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "eventcal registry"}
    # Without a head it is a file for another one to include.
    document["description"] = (
        "The events of one calendar. A file without version and calendar is one that another file includes."
    )
    required = document.pop("required")
    document["if"] = {"anyOf": [{"required": [key]} for key in (*required, "include")]}
    document["then"] = {"required": required}
    return document


def _describe_keys(shapes: dict[str, Any]) -> None:
    """Adds the text below each key of a model. pydantic's `use_attribute_docstrings` parses it with each import, for 12 ms."""
    properties = {name: shape["properties"] for name, shape in shapes["$defs"].items()}
    properties |= dict.fromkeys(("IncludedShape", "RegistryShape"), shapes["properties"])
    for model in ast.parse(inspect.getsource(schema)).body:
        if isinstance(model, ast.ClassDef):
            for field, text in pairwise(model.body):
                match field, text:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(description))):
                        properties[model.name][name.removesuffix("_")]["description"] = description


def _simplify(node: Any) -> Any:
    """Returns a schema without the models' names and without nulls (no key is null), with anyOf where alternatives overlap."""
    if isinstance(node, list):
        return [_simplify(item) for item in node]
    if not isinstance(node, dict):
        return node
    simplified: dict[str, Any] = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            simplified[key] = {name: _simplify(child) for name, child in value.items()}
        elif key in ("anyOf", "oneOf"):
            choices = [_simplify(option) for option in value if option != {"type": "null"}]
            flat = [
                option for choice in choices for option in (choice["anyOf"] if choice.keys() == {"anyOf"} else [choice])
            ]
            simplified |= {"anyOf": flat} if len(flat) > 1 else flat[0]
        elif not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None):
            simplified[key] = _simplify(value)
    if "patternProperties" in simplified:
        simplified.setdefault("additionalProperties", False)
    return simplified
