"""The example company, read once. That it can be read is a promise of its own, in test_document_yaml."""

from pathlib import Path
from typing import Final

from bot.storage.document_yaml import parse

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "bottega-ventura.yaml"
VENTURA: Final = parse(EXAMPLE.read_text(encoding="utf-8"))
