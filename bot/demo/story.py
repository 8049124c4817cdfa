"""People of the workspace play an incident, pressing what they see in their own language.

A story is told in steps; each is done for real, through the workspace, and what every person saw is
written down with the simulated time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.demo.stage import Stage
from bot.domain.record import Record
from bot.sandbox.people import Person
from bot.usecases import look
from messages.words import Words, words_for

ROME = ZoneInfo("Europe/Rome")


class Unscripted(Exception):
    """The story did not go as it should have. The message says what was expected and what was there."""


class Player:
    """One person of the cast, who reads labels in their own language."""

    def __init__(self, teller: Storyteller, person: Person, language: str) -> None:
        self._teller = teller
        self.person = person
        self.words: Words = words_for(language, "Europe/Rome")

    def says(self, lines: Mapping[str, Mapping[str, str]], line: str) -> str:
        """A line of the story, in this person's language."""
        return lines.get(self.words.language, lines["it"])[line]

    async def types(self, text: str, channel: str = "general") -> None:
        self._teller.act(self, text, channel)
        await self.person.types(text, channel)
        await self._teller.breathe()

    async def fills(self, **fields: object) -> None:
        """Fields by their English label with underscores for spaces."""
        await self.person.fills({self.words(name.replace("_", " ")): value for name, value in fields.items()})

    async def submits(self) -> None:
        form = self.person.form
        self._teller.act(self, f"[{form.submit if form else ''}]", form.title if form else "")
        errors = await self.person.submits()
        if errors:
            raise Unscripted(f"{self.person.name}'s form was sent back: {errors}")
        await self._teller.breathe()

    async def closes(self) -> None:
        while self.person.form is not None:
            await self.person.cancels(everything=True)

    async def presses(self, label: str, in_: str | None = None) -> None:
        said = self.words(label)
        self._teller.act(self, f"[{said}]", in_ or "")
        await self.person.presses(said, in_)
        await self._teller.breathe()

    async def texts(self, body: str) -> None:
        self._teller.act(self, body, "SMS")
        await self.person.phone.replies(body)
        await self._teller.breathe()

    def sees(self, words: str, channel: str = "dm") -> None:
        """The newest thing there says so, or the story is not as scripted."""
        seen = self.person.sees(channel)
        if not any(message.mentions(words) for message in seen):
            raise Unscripted(f"{self.person.name} should see {words!r} in {channel}; sees {[m.plain for m in seen]}")

    @property
    def disturbed(self) -> int:
        """How often their phone has rung, in whatever way."""
        phone = self.person.phone
        return len(phone.messages) + len(phone.calls) + len(phone.mails)

    def sees_nothing_new_on_the_phone(self, before: int) -> None:
        if self.disturbed != before or self.person.phone.ringing:
            raise Unscripted(f"{self.person.name}'s phone rang after somebody had answered")


class Storyteller:
    """Plays steps on a stage and keeps what everyone saw."""

    def __init__(self, stage: Stage, *, say: Callable[[str], None]) -> None:
        self.stage = stage
        self._say = say
        self._known: dict[tuple[str, str, str], str] = {}
        self.players = {
            each.name: Player(self, stage.sandbox.person(each.name), each.locale[:2])
            for each in stage.sandbox.workspace.cast.people
        }

    def __getitem__(self, name: str) -> Player:
        return self.players[name]

    @property
    def now(self) -> datetime:
        return self.stage.clock.now()

    def heading(self, text: str) -> None:
        self._say(f"\n{text}")
        self.stage.sandbox.progress = text

    def act(self, player: Player, what: str, where: str) -> None:
        place = f"  ({where})" if where else ""
        self._say(f"{self._time()}  {player.person.name} > {what}{place}")

    async def breathe(self) -> None:
        """Let everything that this caused arrive, and write down who saw what."""
        await self.stage.settled()
        self._report()

    async def wait(self, minutes: float) -> None:
        await self.stage.wait(timedelta(minutes=minutes))
        self._report()

    async def record(self) -> Record:
        async with self.stage.app.core.store.reading() as tx:
            newest = (await tx.recent_incidents(1))[0]
        return await look.record(self.stage.app.core, newest.id)

    async def room(self) -> str:
        name = (await self.record()).incident.room.channel_name
        if name is None:
            raise Unscripted("the incident has no channel")
        return name

    def keep(self, out: Path, review: str) -> None:
        """The post-mortem, and every call of Slack's Web API with its simulated time."""
        out.mkdir(parents=True, exist_ok=True)
        (out / "postmortem.md").write_text(review, encoding="utf-8")
        with (out / "transcript.jsonl").open("w", encoding="utf-8") as transcript:
            for call in self.stage.sandbox.log:
                line = {"method": call.method, "args": call.args, "at": call.at.isoformat(), "ok": call.ok}
                transcript.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")

    def _report(self) -> None:
        """What people see that they had not seen before; what several see is told once."""
        news: dict[tuple[str, str, bool, str], list[str]] = {}
        for name, player in self.players.items():
            for message in self._screen(player):
                changed = self._changed(name, *message)
                if changed is not None:
                    place, _, words, _edited = message
                    news.setdefault((place, words, changed, message[1]), []).append(name)
        for (place, words, edited, _), names in news.items():
            body = "\n".join(f"             {line}" for line in words.splitlines() if line.strip())
            self._say(f"{self._time()}  {', '.join(names)} · {place}{' (edited)' if edited else ''}\n{body}")

    def _screen(self, player: Player) -> Iterator[tuple[str, str, str, bool]]:
        """Everything on somebody's screen and phone: place, key, words, whether it was edited."""
        for channel in ("dm", *player.person.channels):
            for message in player.person.sees(channel):
                if not message.plain.endswith("has joined the channel"):
                    yield channel, message.ts, message.plain, message.edited
        phone = player.person.phone
        for text in phone.messages:
            yield "SMS", text.id, text.body, False
        for call in phone.calls:
            yield "☎", call.id, "\n".join((f"({call.state})", *call.said)), False
        for mail in phone.mails:
            yield "✉", mail.id, f"{mail.subject}\n{mail.body}", False

    def _changed(self, name: str, place: str, ts: str, words: str, edited: bool) -> bool | None:
        """None when they knew; else whether it is an edit of what they knew."""
        key = (name, place, ts)
        before, self._known[key] = self._known.get(key), words
        return None if before == words else before is not None and edited

    def _time(self) -> str:
        return self.now.astimezone(ROME).strftime("%H:%M:%S")
