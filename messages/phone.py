"""What a person who is called reads on a telephone, hears in a call, or gets by letter.

Promises text messages of one segment; that of a private incident only its gravity and number leave the house.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from bot.domain.escalation import Page, PageStatus, ladder_position
from bot.domain.incident import Incident, Status
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import gsm, ladder
from messages.marks import clean, cut
from messages.outlook import how_it_ended, if_silent, report
from messages.words import Words

_SHORTEST_TITLE = 8  # less than this tells nothing


@dataclass(frozen=True)
class Mail:
    """A letter."""

    subject: str
    text: str


def sms(_: Words, record: Record, *, url: str, prefix: str = "") -> str:
    """One segment: what is on fire and how to answer. Only the title is shortened.

    ``prefix`` goes before the digits when a person has two pages open: the answer says which it is for.
    """
    incident = record.incident
    before = f"{_.severity(incident.severity)} {incident.name}"
    how = how_to_answer(_, prefix)
    if incident.private:
        private = _("Private")
        return gsm.segment(f"{before}. {private}. {how}.")
    after = _("{reply}, or open {url}", reply=how, url=url) if url else f"{how}."
    return gsm.around(before, incident.title, after)


def how_to_answer(_: Words, prefix: str) -> str:
    """What a text message asks to be replied."""
    yes, no = (f'"{prefix}{digit}"' if prefix else str(digit) for digit in (1, 2))
    return _("Reply {yes} on it, {no} can't", yes=yes, no=no)


def sms_answer(_: Words, record: Record, page_id: int, person: PersonId, *, understood: bool = True) -> str:
    """The reply to a reply: how the page stands now, in one segment."""
    page = record.page(page_id)
    return gsm.segment(f"{record.incident.name}. {_standing(_, record, page, person, understood=understood)}")


def _standing(_: Words, record: Record, page: Page | None, person: PersonId, *, understood: bool) -> str:
    if page is None or page.status is PageStatus.CLOSED or not record.incident.open:
        return how_it_ended(_, record)
    if person in page.taken_by and page.wanted:
        return one_of_several(_, page)
    if person in page.taken_by:
        waited = _.duration(timedelta(seconds=ladder.answered_after(page, person)))
        return _("You have it, after {duration}. Everyone else has stopped ringing.", duration=waited)
    if page.status is PageStatus.ACKNOWLEDGED:
        return _("{who} has it.", who=record.roster.name(_holder(page)))
    if person not in page.declined:
        return _("Not understood. Reply 1 on it, 2 can't.")
    if not understood:
        return _("Not understood. You said you can't: reply 1 if you can after all.")
    return _understood(_, record, page)


def _understood(_: Words, record: Record, page: Page) -> str:
    """They can't. Beside somebody called by name nobody else is called when somebody has it."""
    beside = ladder.beside(record, page) if page.manual else None
    if beside is None or beside.status is not PageStatus.ACKNOWLEDGED:
        return _("Understood: somebody else is being called.")
    return _("Understood. {who} has it.", who=record.roster.name(_holder(beside)))


def one_of_several(_: Words, page: Page) -> str:
    """What somebody reads who has it while more people are wanted."""
    return _.plural(
        "You have it; one more is being asked.", "You have it; {n} more are being asked.", page.missing, n=page.missing
    )


def sms_still_yours(_: Words, incident: Incident) -> str:
    """Whoever has it said no, and did not say to what."""
    said = _('You have it. If you can\'t after all, reply "{number} 2".', number=incident.id)
    return gsm.segment(f"{incident.name}. {said}")


def sms_which(_: Words, open_pages: Sequence[tuple[int, str]]) -> str:
    """Asked when a reply could belong to two pages. ``open_pages``: incident numbers and their titles, as far as
    there is room for them and they may be told."""
    numbers = [str(number) for number, _title in open_pages]
    share = (gsm.SEGMENT - gsm.septets(_which(_, numbers))) // len(numbers) - 1
    titles = [gsm.cut(gsm.gsm(title), share) if share >= _SHORTEST_TITLE else "" for _number, title in open_pages]
    return gsm.segment(_which(_, [f"{number} {title}".rstrip() for number, title in zip(numbers, titles, strict=True)]))


def _which(_: Words, listed: Sequence[str]) -> str:
    first = listed[0].split()[0]
    facts = {"listed": "; ".join(listed), "first": first}
    return gsm.gsm(_("Which one? {listed}. Reply with its number and then 1 or 2, for example {first} 1.", **facts))


def voice(_: Words, record: Record) -> str:
    """What a call says."""
    return f"Anticrisi. {voice_question(_, record)}"


def voice_question(_: Words, record: Record) -> str:
    """What a call asks about one incident."""
    incident = record.incident
    grave = _("Severity {number}.", number=_number(_, incident.severity))
    what = _("A private incident.") if incident.private else _end(cut(_plain(incident.title), 120))
    return f"{grave} {what} {voice_keys(_)}"


def voice_answer(_: Words, record: Record, page_id: int, person: PersonId) -> str:
    """What a call says after a key was pressed."""
    page = record.page(page_id)
    if page is None or page.status is PageStatus.CLOSED or not record.incident.open:
        merged = record.incident.status is Status.MERGED
        return _("It goes on as another incident. Thank you.") if merged else _("It's over. Thank you.")
    if person in page.taken_by:
        return _("You have it. Thank you.")
    if page.status is PageStatus.ACKNOWLEDGED:
        return _("{who} has it.", who=record.roster.name(_holder(page)))
    if person in page.declined:
        return _understood(_, record, page)
    return voice_keys(_)


def voice_keys(_: Words) -> str:
    """What a call asks."""
    return _("Press 1 if you are on it, 2 if you can't, 3 to hear it again.")


def voice_over(_: Words) -> str:
    """What a call says whose address is not, or no longer, good for an answer."""
    return _("This call no longer counts, and nothing was changed. Look in Slack, or at your newest message.")


def voice_unrecorded(_: Words) -> str:
    """What a call says when our own store does not answer."""
    return _("Anticrisi. Our own database is not answering: nothing was recorded.")


def mail(_: Words, record: Record, page_id: int, person: PersonId, *, url: str) -> Mail:
    """The same by letter: the link shows a page, and a button there answers."""
    incident = record.incident
    grave = _.severity(incident.severity)
    subject = _private(_, incident) if incident.private else f"{grave} {incident.name} {_plain(incident.title)}"
    page = record.page(page_id)
    after = if_silent(_, record, page, person) if page else ""
    said = "" if incident.private else report(_, record, by_name=True)
    how = _("Say whether you are on it: {url}", url=url)
    parts = (unescape(said), how, unescape(after))  # shared with Slack, whose marks mean nothing here
    return Mail(subject, "\n\n".join(part for part in parts if part) + "\n")


def _private(_: Words, incident: Incident) -> str:
    return _("{severity} {incident}, private", severity=_.severity(incident.severity), incident=incident.name)


def relayed(_: Words, record: Record, page_id: int) -> Mail:
    """What the company's second line is told: that nobody has it, and who is being called now."""
    incident, page = record.incident, record.page(page_id)
    subject = f"{_.severity(incident.severity)} {incident.name}"
    waited = _.duration(record.now - (page.started_at if page else incident.declared_at))
    asked_by = ladder.everyone_wanted_by(record) if page and page.status is PageStatus.EXHAUSTED else None
    news = (
        _("{who} asked for everyone.", who=_plain(record.roster.name(asked_by)))
        if asked_by
        else _("Nobody has answered for {duration}.", duration=waited)
    )
    if incident.private:
        return Mail(_private(_, incident), f"{news}\n")
    return Mail(f"{subject} {_plain(incident.title)}", f"{news} {_being_called(_, record, page)}\n")


def _being_called(_: Words, record: Record, page: Page | None) -> str:
    if page is None or page.status is PageStatus.EXHAUSTED:
        return _("Everyone on the ladder is being called.")
    level, levels = ladder_position(page)
    people = _.people([_plain(record.roster.name(person)) for person in ladder.asked_now(record, page)])
    facts = {"level": level, "levels": levels, "names": people or "–"}
    return _("Level {level} of {levels} is being called: {names}.", **facts)


def _plain(text: str) -> str:
    """What somebody typed, on one line and without what turns the direction of the words after it."""
    return " ".join(clean(text).split())


def _holder(page: Page) -> PersonId:
    return page.acknowledged_by or PersonId("–")


def _number(_: Words, severity: int) -> str:
    return {1: _("one"), 2: _("two"), 3: _("three")}.get(severity, _("four"))


def _end(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
