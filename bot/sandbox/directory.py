"""How accounts and user groups look to an app: the user object, do-not-disturb, user groups."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.sandbox.cast import CastGroup
from bot.sandbox.installed import App
from bot.sandbox.member import Member
from bot.sandbox.refusal import JSON

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace


def user_json(member: Member, team: str, now: int, *, email: bool, locale: bool) -> JSON:
    """The user object; `email` only with users:read.email, `locale` only when asked for."""
    person = member.person
    body: JSON = {
        "id": member.id,
        "team_id": team,
        "name": person.name,
        "deleted": member.deleted,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": _offset(person.tz, now),
        "profile": _profile(member, team, email=email),
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": now,
    }
    return body | ({"locale": person.locale} if locale else {})


def bot_json(app: App, team: str, *, locale: bool) -> JSON:
    """The app's own account."""
    body: JSON = {
        "id": app.user,
        "team_id": team,
        "name": app.handle,
        "deleted": False,
        "real_name": app.name,
        "tz": "America/Los_Angeles",
        "tz_offset": -28800,
        "profile": {"real_name": app.name, "display_name": app.name, "bot_id": app.bot_id, "api_app_id": app.id},
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": True,
        "is_app_user": False,
    }
    return body | ({"locale": "en-US"} if locale else {})


def dnd_json(workspace: Workspace, member: Member) -> JSON:
    """Do-not-disturb as dnd.info tells it; a snooze without an end lasts an hour more, always."""
    until = member.snoozed_until
    ends = int(until.timestamp()) if until is not None else workspace.seconds + 3600
    snoozed = member.snoozed and ends > workspace.seconds
    body: JSON = {"dnd_enabled": snoozed, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, "snooze_enabled": snoozed}
    if snoozed:
        body |= {"next_dnd_start_ts": workspace.seconds, "next_dnd_end_ts": ends}
        body |= {"snooze_endtime": ends, "snooze_remaining": ends - workspace.seconds}
    return body


def group_json(workspace: Workspace, group: CastGroup, *, users: bool, count: bool) -> JSON:
    members = [workspace.names[name] for name in group.members]
    body: JSON = {
        "id": group.group_id,
        "team_id": workspace.team,
        "is_usergroup": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_delete": 0,
        "prefs": {"channels": [], "groups": []},
    }
    body |= {"users": members} if users else {}
    return body | ({"user_count": len(members)} if count else {})


def _profile(member: Member, team: str, *, email: bool) -> JSON:
    person = member.person
    first, _, last = person.real_name.partition(" ")
    profile: JSON = {
        "title": person.title.get("en", ""),
        "phone": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_emoji": "",
        "team": team,
    }
    return profile | ({"email": person.email} if email else {})


def _offset(tz: str, now: int) -> int:
    offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
