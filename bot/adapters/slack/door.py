"""From an effect to the call that carries it out."""

from __future__ import annotations

from dataclasses import replace

from bot.adapters.slack import room
from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.posting import edit, post, slack_of, words_of_room
from bot.domain import effects
from bot.domain.effects import Reminder
from bot.domain.timeline import EventKind
from bot.errors import AnticrisiError, Undeliverable
from bot.ports import Brief, Receipt
from messages import card, notices, page, reminder, review
from messages import room as room_words
from messages.blocks import Message
from messages.words import words_of

SNOOZE_ANSWER_WITHIN = 1.0  # seconds; silence makes the phone due


class SlackDoor:
    """Carries out everything that happens in Slack, but for the pages themselves."""

    def __init__(self, calls: SlackCalls, *, announce_channel: str) -> None:
        self._calls = calls
        self._announce_channel = announce_channel

    async def perform(self, brief: Brief) -> Receipt:
        match brief.effect:
            case effects.TellPerson() | effects.RemindSpeaker() | effects.AskSnoozed():
                return await self._to_person(brief)
            case effects.TellRoom() | effects.RemindRoom() | effects.PostCard() | effects.PostReview():
                return await self._to_room(brief)
            case effects.RefreshCard() | effects.RefreshAnnouncement():
                return await self._edit_shared(brief)
            case effects.RefreshLine(seq=seq):
                return await edit(self._calls, brief, _line(brief, seq))
            case effects.RefreshPage() | effects.RefreshReminder() | effects.RefreshLetter():
                return await self._edit_personal(brief)
            case _:
                return await self._furnish(brief)

    async def _to_person(self, brief: Brief) -> Receipt:
        match brief.effect:
            case effects.AskSnoozed(person=person):
                return await self._ask_snoozed(brief, slack_of(brief.roster, person))
            case effects.TellPerson(person=person) as effect:
                _ = words_of(brief.roster, person)
                message = notices.notice(_, brief.incident_record, effect)
            case effects.RemindSpeaker(person=person, stage=stage, round=round, asked=asked):
                _ = words_of(brief.roster, person)
                message = reminder.reminder(
                    _, brief.record, stage=Reminder(stage), person=person, round=round, asked=asked
                )
            case _:
                raise Undeliverable("no_such_effect")
        return await post(self._calls, brief, slack_of(brief.roster, person), message)

    async def _to_room(self, brief: Brief) -> Receipt:
        _ = words_of_room(brief.roster)
        record = brief.record
        match brief.effect:
            case effects.TellRoom(seq=seq):
                message = _line(brief, seq)
            case effects.RemindRoom():
                message = reminder.room_reminder(_, record)
            case effects.PostCard():
                message = card.card(_, record)
            case _:
                message = review.review_message(_, record)
        channel = record.incident.room.channel
        if channel is None:
            raise Undeliverable("channel_not_found")
        return await post(self._calls, brief, channel, message)

    async def _edit_shared(self, brief: Brief) -> Receipt:
        _ = words_of_room(brief.roster)
        draw = card.card if isinstance(brief.effect, effects.RefreshCard) else card.announcement
        return await edit(self._calls, brief, draw(_, brief.record))

    async def _edit_personal(self, brief: Brief) -> Receipt:
        match brief.effect:
            case effects.RefreshPage() as effect:
                return await self._edit_page(brief, effect)
            case effects.RefreshReminder(person=person, round=round, asked=asked):
                _ = words_of(brief.roster, person)
                message = reminder.answered(_, brief.record, person=person, round=round, asked=asked)
            case effects.RefreshLetter() as effect:
                message = _letter(brief, effect)
            case _:
                raise Undeliverable("no_such_effect")
        return await edit(self._calls, brief, message)

    async def _edit_page(self, brief: Brief, effect: effects.RefreshPage) -> Receipt:
        """Every message of the page that this person has: the newest asks, those before it no longer do."""
        _ = words_of(brief.roster, effect.person)
        for posted in brief.posted_before:
            message = page.dm_before(_, brief.record, effect.page, effect.person)
            await edit(self._calls, replace(brief, posted=posted), message)
        if brief.posted is None or _asks_already(brief, effect):
            return Receipt(brief.posted)
        return await edit(self._calls, brief, page.dm(_, brief.record, effect.page, effect.person))

    async def _furnish(self, brief: Brief) -> Receipt:
        match brief.effect:
            case effects.OpenChannel():
                return await room.open_channel(self._calls, brief)
            case effects.InviteToRoom(people=people):
                known = (brief.roster.slack(each) for each in people if brief.roster.reachable_in_slack(each))
                return await room.invite(self._calls, brief, tuple(slack for slack in known if slack))
            case effects.SetTopic():
                return await room.set_topic(self._calls, brief)
            case effects.PinCard():
                return await room.pin_card(self._calls, brief)
            case effects.AddBookmark(what=what):
                return await room.bookmark(self._calls, brief, what)
            case effects.Announce():
                return await self._announce(brief)
            case effects.AttachReview(revision=revision):
                return await self._attach_review(brief, revision)
            case _:
                raise Undeliverable("no_such_effect")

    async def _announce(self, brief: Brief) -> Receipt:
        document = brief.roster.document
        channel = document.announce_channel if document else self._announce_channel
        message = card.announcement(words_of_room(brief.roster), brief.record)
        return await post(self._calls, brief, f"#{channel}", message)

    async def _attach_review(self, brief: Brief, revision: int) -> Receipt:
        """The post-mortem as a file, one for each revision; Slack's own three steps of an upload."""
        record, _ = brief.record, words_of_room(brief.roster)
        if revision < record.revision:
            return Receipt(worked=False)  # a newer one is on its way, and would read the same
        text = review.markdown(_, record).encode()
        name = review.file_name(record, revision)
        place = await self._calls("files.getUploadURLExternal", filename=name, length=len(text))
        await self._calls.upload(place["upload_url"], text)
        await self._calls(
            "files.completeUploadExternal",
            files=[{"id": place["file_id"], "title": name}],
            channel_id=record.incident.room.channel,
            initial_comment=review.newer(_, record, revision),
        )
        return Receipt(place["file_id"])

    async def _ask_snoozed(self, brief: Brief, slack: str) -> Receipt:
        """Snoozed, or no answer in a second: the phone is due now. A receipt either way, never a retry."""
        try:
            answer = await self._calls("dnd.info", within=SNOOZE_ANSWER_WITHIN, user=slack)
        except AnticrisiError as silence:
            return Receipt(facts={"snoozed": True, "why": str(silence)})
        now = brief.now.timestamp()
        snoozed = bool(answer.get("snooze_enabled")) and now < answer.get("snooze_endtime", now + 1)
        quiet = bool(answer.get("dnd_enabled")) and answer.get("next_dnd_start_ts", now + 1) <= now
        return Receipt(facts={"snoozed": snoozed or (quiet and now < answer.get("next_dnd_end_ts", 0))})


def _asks_already(brief: Brief, effect: effects.RefreshPage) -> bool:
    """Whether the newest message asks for the present turn of the page, as grave as it is: as it was sent, so it
    stands."""
    found = brief.record.page(effect.page)
    if found is None or not found.wanted or not brief.record.incident.open:
        return False
    if not found.may_ask(effect.person) or found.taken_by:
        return False  # that somebody has it, and more are wanted, is news for everyone
    if found.stands_for is not None:
        return False  # so is who has what was handed over
    present = (found.epoch, found.loop, found.level, found.turn)
    changes = brief.record.happened(EventKind.SEVERITY_CHANGED)
    since = changes[-1].at if changes else None
    sent = (each for each in brief.record.knocks if each.provider_id == brief.posted)
    as_grave = (each for each in sent if since is None or (each.sent_at is not None and each.sent_at > since))
    return any((each.epoch, each.loop, each.level, each.turn) == present for each in as_grave)


def _letter(brief: Brief, effect: effects.RefreshLetter) -> Message:
    """A notice as it reads now, with the facts it was sent with."""
    record = brief.record
    wanted = (effect.person, effect.notice, effect.occasion)
    sent = next(each for each in record.letters if (each.person, each.notice, each.occasion) == wanted)
    letter = effects.TellPerson(effect.incident, sent.person, sent.notice, sent.occasion, sent.facts)
    return notices.notice(words_of(brief.roster, sent.person), record, letter)


def _line(brief: Brief, seq: int) -> Message:
    """An event as the room reads it now."""
    event = brief.record.event(seq)
    if event is None:
        raise Undeliverable("no_such_event")
    return room_words.event(words_of_room(brief.roster), brief.record, event)
