"""An address of the site: a pattern, its methods, and who answers there."""

from __future__ import annotations

from starlette.routing import Match, Route
from starlette.types import Scope

READ = ("GET", "HEAD")
WRITE = ("POST",)


class Address(Route):
    """A route that the log can name: by its pattern, never by what was asked for, which may hold a token."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, {**found, "route": self}
