"""What holds for every address, added to the published OpenAPI document: commands' keys, and errors as problems."""

from __future__ import annotations

from typing import Any

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key and body again gets the same answer and changes nothing; another body is 422.",
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. A 409 names the current `version` or the `holder`.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}
ERRORS = {"401": "Not signed in.", "403": "Not allowed.", "404": "Not there, or not for you to know of."}
OF_COMMANDS = {
    "400": "Malformed.",
    "409": "Somebody else was first.",
    "413": "More than 1 MB.",
    "415": "Not JSON.",
    "422": "A rule of the domain forbids it.",
}
COMMANDS = ("post", "patch")


def conventions_add(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook over the finished document."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            errors = {**ERRORS, **(OF_COMMANDS if method in COMMANDS else {})}
            for status, description in errors.items():
                content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                operation["responses"][status] = {"description": description, "content": content}
            if method in COMMANDS:
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    return result
