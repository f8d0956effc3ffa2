"""The documentation of the HTTP API, printed by the server itself: no script, nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from linshu.engine.shell.gate import anyone

PUBLIC = anyone("the documentation holds nothing of the company")
router = APIRouter(include_in_schema=False, dependencies=[Depends(PUBLIC)])

PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} · API</title><link rel="stylesheet" href="/api/docs.css"></head><body><main>
<h1>{{ title }} <small>HTTP API</small></h1>
<p>机器可读的 <a href="/api/openapi.json">OpenAPI</a>。The same in machine-readable form: <a href="/api/openapi.json">OpenAPI</a>.
Answers are JSON, or an Arrow stream for <code>Accept: application/vnd.apache.arrow.stream</code>.</p>
{% for one in operations %}<section id="{{ one.id }}"><h2><span class="{{ one.method }}">{{ one.method | upper }}</span> <code>{{ one.path }}</code></h2>
<p>{{ one.text }}</p>
{% if one.fields %}<table><thead><tr><th>field</th><th>type</th><th>needed</th><th>meaning</th></tr></thead><tbody>
{% for f in one.fields %}<tr><td><code>{{ f.name }}</code></td><td>{{ f.type }}</td><td>{{ "yes" if f.required else "" }}</td><td>{{ f.text }}</td></tr>{% endfor %}
</tbody></table>{% endif %}
{% if one.example %}<pre>curl -X {{ one.method | upper }} -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
     -d '{{ one.example }}' {{ base }}{{ one.path }}</pre>{% endif %}</section>{% endfor %}
</main></body></html>""")

STYLE = """body{font:14px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1b2430;background:#f5f7f9;margin:0}
main{max-width:960px;margin:0 auto;padding:24px}h1 small{color:#5b6675;font-weight:400}
section{background:#fff;border:1px solid #e6e9ee;border-radius:8px;padding:4px 20px 16px;margin:16px 0}h2{font-size:16px}
.get,.post{color:#fff;background:#0b6e3f;border-radius:4px;padding:2px 8px;font-size:12px}.post{background:#2456b3}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:6px 8px;border-bottom:1px solid #e6e9ee}
pre{background:#f5f7f9;padding:12px;border-radius:6px;overflow-x:auto}a{color:#0b6e3f}"""


@router.get("/api/docs")
def page(request: Request) -> HTMLResponse:
    """Every call with its fields and an example."""
    schema = request.app.openapi()
    base = str(request.base_url).rstrip("/")
    html = PAGE.render(title=schema["info"]["title"], operations=list(_operations(schema)), base=base)
    return HTMLResponse(html)


@router.get("/api/docs.css")
def style() -> HTMLResponse:
    """The look of the documentation."""
    return HTMLResponse(STYLE, media_type="text/css")


def _operations(schema: dict[str, Any]) -> Any:
    for path, methods in sorted(schema["paths"].items()):
        for method, operation in methods.items():
            model = _model(schema, operation)
            yield {
                "id": operation["operationId"],
                "path": path,
                "method": method,
                "text": operation.get("description", operation.get("summary", "")),
                "fields": _fields(model),
                "example": _example(model),
            }


def _model(schema: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    told: dict[str, Any] = content.get("schema", {})
    model: dict[str, Any] = (
        schema.get("components", {}).get("schemas", {}).get(told.get("$ref", "").rpartition("/")[2], told)
    )
    return model


def _fields(model: dict[str, Any]) -> list[dict[str, Any]]:
    needed = set(model.get("required", ()))
    return [
        {"name": name, "type": _type(one), "required": name in needed, "text": one.get("description", "")}
        for name, one in model.get("properties", {}).items()
    ]


def _type(one: dict[str, Any]) -> str:
    if "anyOf" in one:
        return " or ".join(_type(part) for part in one["anyOf"] if part.get("type") != "null")
    inner = one.get("items", {}).get("type")
    return f"list of {inner}" if inner else str(one.get("type", ""))


def _example(model: dict[str, Any]) -> str:
    shown = {name: one["examples"][0] for name, one in model.get("properties", {}).items() if one.get("examples")}
    return json.dumps(shown, ensure_ascii=False) if shown else ""
