"""Files that come with the product beside its code: the app's manifest, the example company's plan.

They stand at the top of a checkout; an installation keeps them under its ``share`` folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).resolve().parents[1]
_INSTALLED = Path(sys.prefix) / "share" / "anticrisi"
_HOUSE = _CHECKOUT if (_CHECKOUT / "slack" / "manifest.json").is_file() else _INSTALLED

MANIFEST = _HOUSE / "slack" / "manifest.json"
EXAMPLE = _HOUSE / "examples" / "bottega-ventura.yaml"


def manifest() -> dict[str, Any]:
    """The Slack app as it is to be installed."""
    read: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return read
