"""A page of documentation made from the OpenAPI schema: plain HTML, no scripts, nothing loaded from elsewhere."""

from collections import defaultdict
from html import escape
from typing import Any

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}summary{cursor:pointer}details{margin:.4rem 0}
table{border-collapse:collapse;margin:.5rem 0}
td{border:1px solid #8886;padding:.2rem .6rem;text-align:left;vertical-align:top}
"""


def render(schema: dict[str, Any]) -> str:
    """The whole page: operations by tag, then the schemas they name."""
    operations: dict[str, list[str]] = defaultdict(list)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            operations[operation.get("tags", ["other"])[0]].append(_operation(method, path, operation))
    info = schema["info"]
    parts = [f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{escape(info['description'])}</p>"]
    parts.append('<p>The schema for programs is at <a href="/openapi.json">/openapi.json</a>.</p>')
    parts += [f"<h2>{escape(tag)}</h2>{''.join(items)}" for tag, items in operations.items()]
    parts.append("<h2>Schemas</h2>")
    parts += [_schema(name, one) for name, one in schema["components"]["schemas"].items()]
    head = f"<meta charset=utf-8><title>{escape(info['title'])} API</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{''.join(parts)}</body></html>"


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = [
        _row(one["name"], one["in"], one["schema"], one.get("description", ""))
        for one in operation.get("parameters", [])
    ]
    for kind in operation.get("requestBody", {}).get("content", {}).values():
        rows.append(_row("(body)", "body", kind.get("schema", {}), ""))
    for status, answer in operation["responses"].items():
        for kind in answer.get("content", {}).values():
            rows.append(_row(f"({status})", "answer", kind.get("schema", {}), answer.get("description", "")))
    title = f"<code><b>{method.upper()}</b> {escape(path)}</code> {escape(operation.get('summary', ''))}"
    text = f"<p>{escape(operation.get('description', ''))}</p>"
    return f"<details><summary>{title}</summary>{text}<table>{''.join(rows)}</table></details>"


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        _row(field, "required" if field in required else "", one, one.get("description", ""))
        for field, one in schema.get("properties", {}).items()
    ]
    text = f"<p>{escape(schema.get('description', ''))}</p>" + ("" if rows else f"<p>{_type(schema)}</p>")
    title = f"<summary><code>{escape(name)}</code></summary>"
    return f'<details id="{escape(name)}">{title}{text}<table>{"".join(rows)}</table></details>'


def _row(name: str, place: str, schema: dict[str, Any], text: str) -> str:
    return f"<tr><td><code>{escape(name)}</code><td>{escape(place)}<td>{_type(schema)}<td>{escape(text)}"


def _type(schema: dict[str, Any]) -> str:
    """The type in a few words, with links to the schemas it names."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(_type(one) for one in schema.get("anyOf", schema.get("oneOf", [])))
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return escape(" ".join(filter(None, [str(schema.get("type", "any")), schema.get("format")])))
