"""Plans as the tests write them: most are the example with a line changed, and each text is read once a run."""

from functools import cache

from bot.domain.team import TeamDocument
from bot.storage.document_yaml import parse


@cache
def read(text: str) -> TeamDocument:
    """What a text says. Reading a plan takes as long as ten worlds; what is read never changes."""
    return parse(text)
