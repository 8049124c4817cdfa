"""The example company, read once. That it can be read is a promise of its own, in test_document_yaml."""

from typing import Final

from bot.shipped import EXAMPLE
from tests.plans import read

VENTURA: Final = read(EXAMPLE.read_text(encoding="utf-8"))
