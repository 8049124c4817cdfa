"""Everything that can go wrong, split by what the caller does next.

    AnticrisiError
    ├── Refused              tell the person why; nothing was changed
    │   ├── NotFound         what they named does not exist (or is not theirs to see)
    │   ├── NotAllowed       it exists, and somebody else may do it
    │   ├── Stale            the button belonged to a moment that has passed
    │   └── BrokenDocument   the team document has faults; the old one stays
    ├── NotRecorded          our own store failed: say so within 2.5 s, with the last-resort numbers
    ├── NotYetDelivered      try the same way again, later
    ├── Undeliverable        this way will never work: take the next one
    ├── OutcomeUnknown       it may have happened: look before repeating
    └── Misconfigured        do not start; names the setting and the remedy

Errors carry a code and facts. Words for people are made in ``messages``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


class AnticrisiError(Exception):
    """The base of every error we raise on purpose."""


class Refused(AnticrisiError):
    """The person is told why. ``code`` chooses the sentence, ``facts`` fill it."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class NotFound(Refused):
    """What they named does not exist, or is not theirs to see."""


class NotAllowed(Refused):
    """Somebody else may do it; ``facts`` say who."""


class Stale(Refused):
    """The moment this gesture belonged to has passed; nothing was changed."""


@dataclass(frozen=True)
class Fault:
    """One fault in a team document, at a place its owner can find (1-based line and column)."""

    line: int
    column: int
    path: str
    code: str
    facts: dict[str, str] = field(default_factory=dict)


class BrokenDocument(Refused):
    """The team document was refused whole; ``faults`` lists every reason."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("broken_document", count=len(faults))
        self.faults = faults


class NotRecorded(AnticrisiError):
    """Our own store failed; nothing was recorded and the person must know at once."""


class NotYetDelivered(AnticrisiError):
    """A passing failure. ``retry_after`` is what the other side asked for, if it did."""

    def __init__(self, code: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Undeliverable(AnticrisiError):
    """A lasting failure of this way of delivering: the next way is due now."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OutcomeUnknown(AnticrisiError):
    """The other side may have acted before the connection was lost."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Misconfigured(AnticrisiError):
    """A setting is missing or wrong. The message is one line: the setting, then the remedy."""
