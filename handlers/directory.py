"""Who the workspace's people are: asked of Slack, kept in the record.

Promises that at start everyone's name, language and time zone are learnt, and that somebody met for the first
time is asked about once, for half a second at most. Refuses to make anyone wait for Slack longer than that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.roster import Roster, SlackUser
from bot.errors import AnticrisiError
from bot.ports import Core
from bot.usecases import look, plan

log = structlog.get_logger(__name__)

PATIENCE: Final = 0.5  # seconds that a gesture waits for Slack to say who somebody is
ASK_AGAIN_AFTER: Final = 60.0  # seconds, when Slack didn't answer
_PAGE: Final = 200  # https://docs.slack.dev/reference/methods/users.list: no more than 200 at a time
_PAGES: Final = 100
_NOT_OUR_TOKEN: Final = frozenset(  # https://docs.slack.dev/reference/methods/auth.test, errors
    {"account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired"}
)
_FAILURES: Final = (SlackClientError, ClientError, TimeoutError, OSError, AnticrisiError)


class Directory:
    """The workspace's people, as Slack knows them."""

    def __init__(self, slack: AsyncWebClient, core: Core) -> None:
        self._slack = slack
        self._core = core
        self._asking: dict[str, asyncio.Task[bool]] = {}
        self._asked: dict[str, float] = {}
        self._me = ""
        self._refused = ""

    async def warm(self) -> None:
        """Learn everyone and every user group. What Slack refuses is logged and asked again person by person."""
        for what, learn in (("people", self._learn_people), ("groups", self._learn_groups)):
            try:
                await learn()
            except _FAILURES as failure:
                log.warning("directory_not_learnt", what=what, error=_reason(failure))
        await self.myself()

    @property
    def me(self) -> str:
        """The bot's own user id, as far as Slack has told; empty until then."""
        return self._me

    @property
    def refused(self) -> str:
        """Why Slack takes our token for nobody's, in its own word; empty while it has not said so."""
        return self._refused

    async def know(self, user: str) -> bool:
        """Ask Slack about one person. Whether an answer was stored in time; a late one is stored all the same."""
        task = self._asking.get(user)
        if task is None:
            if not user or self._asked_lately(user):
                return False
            task = self._asking[user] = asyncio.create_task(self._ask(user))
            task.add_done_callback(lambda _done: self._asking.pop(user, None))
        done, _waiting = await asyncio.wait({task}, timeout=PATIENCE)
        return bool(done) and task.result()

    async def myself(self) -> str:
        """The bot's own user id, asked once; empty while Slack doesn't say."""
        if not self._me:
            try:
                self._me = str((await self._slack.auth_test()).get("user_id") or "")
                self._refused = ""
            except _FAILURES as failure:
                self._refused = why if (why := _reason(failure)) in _NOT_OUR_TOKEN else ""
                log.warning("identity_not_learnt", error=why)
        return self._me

    async def refresh(self, user: str) -> None:
        """Somebody changed: their language is told only when asked for, so we ask."""
        if user:
            await self._ask(user)

    async def meet(self, profile: Mapping[str, Any]) -> None:
        """Slack says that somebody came, changed or left. A locale it doesn't repeat is kept."""
        roster = await look.roster(self._core)
        await plan.meet(self._core, [slack_user(profile, roster)])

    def _asked_lately(self, user: str) -> bool:
        now = asyncio.get_running_loop().time()
        return now - self._asked.get(user, -ASK_AGAIN_AFTER) < ASK_AGAIN_AFTER

    async def _ask(self, user: str) -> bool:
        self._asked[user] = asyncio.get_running_loop().time()
        try:
            answer = await self._slack.users_info(user=user, include_locale=True)
            await self.meet(answer.get("user") or {})
        except _FAILURES as failure:
            log.warning("person_not_learnt", error=_reason(failure))
            return False
        return True

    async def _learn_people(self) -> None:
        roster = await look.roster(self._core)
        cursor = ""
        for _page in range(_PAGES):
            answer = await self._slack.users_list(limit=_PAGE, include_locale=True, cursor=cursor or None)
            members = answer.get("members") or ()
            await plan.meet(self._core, [slack_user(profile, roster) for profile in members])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _learn_groups(self) -> None:
        answer = await self._slack.usergroups_list(include_users=True)
        groups = {str(group["id"]): tuple(group.get("users") or ()) for group in answer.get("usergroups") or ()}
        if groups:
            await plan.save_groups(self._core, groups)


def _reason(failure: Exception) -> str:
    """Slack's own word for it, where it gave one."""
    code = failure.response.get("error") if isinstance(failure, SlackApiError) else ""
    return str(code or type(failure).__name__)


def slack_user(profile: Mapping[str, Any], roster: Roster) -> SlackUser:
    """A user object as we keep it. ``roster`` fills in the locale, which Slack tells only when asked."""
    user = str(profile.get("id") or "")
    known = roster.users.get(user)
    about = profile.get("profile") or {}
    name = about.get("real_name") or profile.get("real_name") or about.get("display_name") or profile.get("name")
    return SlackUser(
        id=user,
        name=str(name or user),
        locale=str(profile.get("locale") or (known.locale if known else "")),
        time_zone=str(profile.get("tz") or (known.time_zone if known else roster.default_time_zone)),
        is_admin=bool(profile.get("is_admin") or profile.get("is_owner")),
        is_guest=bool(profile.get("is_restricted") or profile.get("is_ultra_restricted")),
        deleted=bool(profile.get("deleted")),
        is_bot=bool(profile.get("is_bot")),
        email=str(about.get("email") or (known.email if known else "")),
    )
