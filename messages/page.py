"""What a person who is called reads in Slack, and answers there.

Promises that the plain text alone says what is on fire and what is asked; that the message always tells how
the page stands now; that a private incident tells nothing but its gravity and its number.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.escalation import LevelFired, Outcome, Page, PageStatus
from bot.domain.incident import Incident
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind
from messages import ladder
from messages.actions import PAGE_ACK, PAGE_DECLINE, PAGE_GIVE_BACK, PAGE_HAND_OVER, PAGE_JOIN, pack
from messages.blocks import Block, Element, Message, actions, button, confirmation, context, section
from messages.duties import duties, first_steps
from messages.names import conference, heading, name, names, room
from messages.outlook import have_it, how_it_ended, if_silent, lines, report, sentences
from messages.phone import one_of_several
from messages.words import Words


def dm(_: Words, record: Record, page_id: int, person: PersonId) -> Message:
    """The page as it stands now, for one of those who were called."""
    page = _stood_for(record, record.page(page_id))
    if page is None or page.status is PageStatus.CLOSED or not record.incident.open:
        return _over(_, record)
    if person in page.taken_by:
        return _yours(_, record, page, person)
    if page.status is PageStatus.ACKNOWLEDGED:
        return _taken(_, record, page, person)
    if person in page.declined:
        return _let_go(_, record, page, person)
    turn = ladder.turn_of(record, page, person)
    if turn is None or not turn.is_present(page):
        return _moved_on(_, record, page, turn)
    return _asking(_, record, page, person)


def dm_before(_: Words, record: Record, page_id: int, person: PersonId) -> Message:
    """What stands in an older message of a page that was sent again: how it stands, and no button."""
    page, now = record.page(page_id), dm(_, record, page_id, person)
    still_asked = page is not None and page.wanted and record.incident.open and page.may_ask(person)
    if not still_asked:
        return Message(now.text, [block for block in now.blocks if block["type"] != "actions"])
    head, news = heading(_, record.incident), _("You were asked again: answer the newest message.")
    return Message.of(sentences(head, news), section(lines(f"*{head}*", news)), _number(_, record))


def _stood_for(record: Record, page: Page | None) -> Page | None:
    """What was handed over, and asks nobody by itself any more: as the page stands that was handed over."""
    while page is not None and page.status is PageStatus.CLOSED and page.stands_for is not None:
        page = record.page(page.stands_for)
    return page


# In Slack, state by state


def _asking(_: Words, record: Record, page: Page, person: PersonId) -> Message:
    head, after = heading(_, record.incident), if_silent(_, record, page, person)
    place = sentences(_place(_, record, page, person), have_it(_, record, page))
    return Message.of(
        sentences(head, place, report(_, record, by_name=True), after),
        section(lines(f"*{head}*", f"{place} {report(_, record, by_name=False)}")),
        actions(*_answers(_, page)),
        context(after, _declared(_, record.incident)),
    )


def _yours(_: Words, record: Record, page: Page, person: PersonId) -> Message:
    news = sentences(_you_have_it(_, record, page, person), _with_you(_, record, page, person))
    head = heading(_, record.incident)
    return Message.of(
        sentences(head, news),
        section(lines(f"*{head}*", f"{news} → {_where(_, record)}", conference(_, record))),
        first_steps(_, record),
        duties(_, record, person),
        actions(_hand_over(_, page), _give_back(_, page)),
        _number(_, record),
    )


def _you_have_it(_: Words, record: Record, page: Page, person: PersonId) -> str:
    if page.wanted:
        return one_of_several(_, page)
    waited = _.duration(timedelta(seconds=ladder.answered_after(page, person)))
    return _("You have it, after {duration}. Everyone else has stopped ringing.", duration=waited)


def _with_you(_: Words, record: Record, page: Page, person: PersonId) -> str:
    others = [each for each in page.taken_by if each != person]
    return _("With you: {names}.", names=names(_, record.roster, others)) if others else ""


def _taken(_: Words, record: Record, page: Page, person: PersonId) -> Message:
    inside = record.inside(person)
    head, news = heading(_, record.incident), _who_has_it(_, record, page, inside=inside)
    return Message.of(
        sentences(head, news),
        section(lines(f"*{head}*", f"{news} → {_where(_, record)}")),
        None if inside else actions(_join(_, page)),
        _number(_, record),
    )


def _who_has_it(_: Words, record: Record, page: Page, *, inside: bool) -> str:
    facts = {
        "who": name(record.roster, page.acknowledged_by),
        "names": names(_, record.roster, page.taken_by),
        "time": _.clock(page.acknowledged_at, record.now) if page.acknowledged_at else "–",
    }
    if len(page.taken_by) > 1:
        return _("{names} have it.", **facts) if inside else _("{names} have it. You can still join.", **facts)
    if inside:
        return _("{who} has had it since {time}.", **facts)
    return _("{who} has had it since {time}. You can still join.", **facts)


def _moved_on(_: Words, record: Record, page: Page, turn: LevelFired | None) -> Message:
    head = heading(_, record.incident)
    news = sentences(have_it(_, record, page), _where_it_went(_, record, page, turn))
    return Message.of(
        sentences(head, news), section(lines(f"*{head}*", news)), actions(_take(_, page)), _number(_, record)
    )


def _where_it_went(_: Words, record: Record, page: Page, turn: LevelFired | None) -> str:
    asked = ladder.asked_now(record, page)
    if page.in_vain:
        return _("You are called no more. You can still take it.")
    if page.status is PageStatus.EXHAUSTED:
        return _everyone(_, record, page)
    if asked and ladder.passed_in_turn(turn, page):
        return _("It is {names}'s turn now. You can still take it.", names=names(_, record.roster, asked))
    if asked:
        facts = {"level": page.level, "names": names(_, record.roster, asked)}
        return _("This page has moved on to level {level}: {names}. You can still take it.", **facts)
    return _("This page has moved on. You can still take it.")


def _everyone(_: Words, record: Record, page: Page) -> str:
    wanted_by = ladder.everyone_wanted_by(record)
    if wanted_by is None and page.taken_by:
        return _("Everyone else on the ladder is being called. You can still take it.")
    if wanted_by is None:
        return _("Nobody has answered: everyone on the ladder is being called. You can still take it.")
    who = name(record.roster, wanted_by)
    return _("Everyone on the ladder is being called, as {who} asked. You can still take it.", who=who)


def _let_go(_: Words, record: Record, page: Page, person: PersonId) -> Message:
    head = heading(_, record.incident)
    called = dict.fromkeys((*ladder.heirs_asked(record, page), *ladder.still_asked(record, page)))
    others = [one for one in called if one != person]
    news = _how_let_go(_, record, person)
    if others:
        news += " " + _("Being called now: {names}.", names=names(_, record.roster, others))
    return Message.of(
        sentences(head, news),
        section(lines(f"*{head}*", news)),
        actions(button(_("I can after all"), PAGE_ACK, _value(page))),
        _number(_, record),
    )


def _how_let_go(_: Words, record: Record, person: PersonId) -> str:
    last = ladder.let_go(record, person)
    if last and last.kind is EventKind.HANDED_OVER:
        return _("You handed it over to {who}.", who=name(record.roster, last.facts.get("to")))
    if last and last.kind is EventKind.GIVEN_BACK:
        return _("You gave it back.")
    return _("You said you can't. Thank you for saying so at once.")


def _over(_: Words, record: Record) -> Message:
    head, news = heading(_, record.incident), how_it_ended(_, record)
    return Message.of(sentences(head, news), section(lines(f"*{head}*", news)), _number(_, record))


# Its parts


def _place(_: Words, record: Record, page: Page, person: PersonId) -> str:
    turn = ladder.turn_of(record, page, person)
    if page.manual:
        return _handed(_, record, page, person)
    if turn is not None and turn.outcome is Outcome.EVERYONE:
        wanted_by = ladder.everyone_wanted_by(record)
        if wanted_by:
            return _("Everyone on the ladder is called, as {who} asked.", who=name(record.roster, wanted_by))
        return _("More people are wanted.") if page.taken_by else _("Nobody has answered yet: everyone is asked.")
    return sentences(_on_the_level(_, record, page, person), _why_again(_, record, page, person))


def _why_again(_: Words, record: Record, page: Page, person: PersonId) -> str:
    """Whoever had it went quiet, or it was over: they are asked too, and nobody would guess why."""
    kinds = (EventKind.ASKED_AGAIN, EventKind.ACKNOWLEDGED, EventKind.GIVEN_BACK, EventKind.REOPENED)
    last = next((event for event in reversed(record.happened(*kinds)) if event.at >= page.started_at), None)
    if last is not None and last.kind is EventKind.REOPENED:
        return _("It was over, and {who} opened it again.", who=name(record.roster, last.by))
    if last is None or last.kind is not EventKind.ASKED_AGAIN or last.facts.get("level") != page.level:
        return ""
    if last.by == person:
        return _("You had it, and no word came for half an hour: are you still on it?")
    return _("{who} had it, and no word came for half an hour.", who=name(record.roster, last.by))


def _on_the_level(_: Words, record: Record, page: Page, person: PersonId) -> str:
    place = ladder.place_in_turn(record, page, person)
    if place is not None:
        facts = {"level": page.level, "n": place[0], "of": place[1]}
        return _("You are level {level}, one person at a time: number {n} of {of}.", **facts)
    if page.turn > 1:
        return _("You are level {level}, asked once more.", level=page.level)
    return _("You are level {level}.", level=page.level)


def _handed(_: Words, record: Record, page: Page, person: PersonId) -> str:
    handed = reversed(record.happened(EventKind.HANDED_OVER))
    given = next((each for each in handed if person in (each.facts.get("to"), each.facts.get("called"))), None)
    if page.stands_for is None or given is None:
        return _("You are asked for by name.")
    facts = {"who": name(record.roster, given.by), "to": name(record.roster, given.facts.get("to"))}
    if given.facts.get("to") != person:
        return _("{who} hands it over to {to}, for whom you stand in.", **facts)
    return _("{who} hands it over to you.", **facts)


def _number(_: Words, record: Record) -> Block | None:
    """Two incidents may have one title: their numbers tell them apart."""
    return context(_declared(_, record.incident))


def _declared(_: Words, incident: Incident) -> str:
    return _("{incident}, declared at {time}", incident=incident.name, time=_.slack_time(incident.declared_at))


def _where(_: Words, record: Record) -> str:
    if record.incident.room.channel:
        return room(record)
    return _("{incident}: its channel opens as soon as Slack lets us.", incident=record.incident.name)


# Buttons


def _answers(_: Words, page: Page) -> tuple[Element, ...]:
    return (
        _take(_, page),
        button(_("Can't"), PAGE_DECLINE, _value(page)),
        _hand_over(_, page),
    )


def _hand_over(_: Words, page: Page) -> Element:
    return button(_("Hand over…"), PAGE_HAND_OVER, _value(page))


def _take(_: Words, page: Page) -> Element:
    return button(_("I'm on it"), PAGE_ACK, _value(page), style="primary")


def _join(_: Words, page: Page) -> Element:
    return button(_("Join"), PAGE_JOIN, _value(page))


def _give_back(_: Words, page: Page) -> Element:
    sure = confirmation(
        _("Give it back?"),
        _("Somebody else is called at once, and you are not asked again."),
        _("Give back"),
        _("Keep it"),
    )
    return button(_("Give back"), PAGE_GIVE_BACK, _value(page), confirm=sure)


def _value(page: Page) -> str:
    return pack(incident=page.incident, page=page.id, level=page.level)
