"""The fields of a form that was posted: plain names and values, or a refusal."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 200


async def fields_of(request: Request) -> dict[str, str]:
    """What was posted; of a name given twice, the last. Raises 415 or 400 for anything but a form."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415)
    try:
        written = (await request.body()).decode("utf-8")
        return dict(parse_qsl(written, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(400) from error
