"""The Web API methods the workspace serves, one table per family.

A method that is in no table is answered `unknown_method`.
"""

from __future__ import annotations

from bot.sandbox.call import Method
from bot.sandbox.methods import (
    auth,
    bookmarks,
    canvases,
    chat,
    conversations,
    dnd,
    files,
    history,
    membership,
    pins,
    reactions,
    usergroups,
    users,
    views,
)

FAMILIES = (
    auth,
    bookmarks,
    canvases,
    chat,
    conversations,
    dnd,
    files,
    history,
    membership,
    pins,
    reactions,
    usergroups,
    users,
    views,
)
METHODS: dict[str, Method] = {method.name: method for family in FAMILIES for method in family.METHODS}
