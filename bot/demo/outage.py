"""The story of a bad Saturday morning: the tills of every store refuse cards.

Each step is something a person does; between them the clock is turned.
"""

from __future__ import annotations

from bot.demo.story import Storyteller, Unscripted
from bot.domain.incident import Status
from bot.domain.record import Record
from bot.domain.statement import StatementState
from bot.domain.timeline import EventKind

SAID = {
    "it": {
        "report": "casse bloccate in tutti i negozi",
        "finding": "I terminali rispondono, ma nessun pagamento parte: guardiamo i certificati",
        "task": "/crisis compito @bruno controllare i certificati dei terminali",
        "status": "/crisis stato",
        "remedy": "Il certificato dei pagamenti era scaduto: Bruno l'ha rinnovato, proviamo in tre negozi.",
        "over": "/crisis risolto",
        "solution": "Rinnovato il certificato scaduto; pagamenti verificati in tre negozi.",
    },
    "en": {
        "report": "tills down in every store",
        "finding": "The terminals answer, but no payment leaves them: we are looking at the certificates",
        "task": "/crisis task @bruno check the terminals' certificates",
        "status": "/crisis status",
        "remedy": "The payment certificate had expired: Bruno has renewed it, we are trying three stores.",
        "over": "/crisis resolve",
        "solution": "Renewed the expired certificate; payments verified in three stores.",
    },
}
"""What the cast types, in the language that the company speaks."""


async def outage(story: Storyteller) -> None:
    """Play it to the end. Raises ``Unscripted`` when anything goes otherwise."""
    await _declare(story)
    await _answer(story)
    await _speak(story)
    await _work(story)
    await _stay_in_touch(story)
    await _mend(story)
    await _end(story)


async def _declare(story: Storyteller) -> None:
    story.heading("The tills are down, and Marta says so")
    marta = story["marta"]
    await marta.types(f"/crisis {marta.says(SAID, 'report')}")
    await marta.submits()
    await marta.closes()
    for name in ("bruno", "anna", "paolo"):
        story[name].sees(marta.says(SAID, "report"))


async def _answer(story: Storyteller) -> None:
    story.heading("Bruno can't; Anna answers from her phone")
    await story["bruno"].presses("Can't", "dm")
    await story.wait(1)
    if not story["anna"].person.phone.messages:
        raise Unscripted("Anna's phone should have received an SMS after a minute")
    if not story["paolo"].person.phone.calls:
        raise Unscripted("Paolo's phone should have rung: his own plan says so")
    before = story["paolo"].disturbed
    await story["anna"].texts("1")
    await story.wait(4)
    story["paolo"].sees_nothing_new_on_the_phone(before)
    page = (await story.record()).ladder
    if page is None or page.acknowledged_by != "anna":
        raise Unscripted(f"Anna should have the page; {page.acknowledged_by if page else 'nobody'} has it")


async def _speak(story: Storyteller) -> None:
    story.heading("Luca speaks to customers; a second person reads it first")
    luca, anna = story["luca"], story["anna"]
    await luca.presses("Publish…", "dm")
    await luca.submits()
    if luca.person.form is not None:
        await luca.closes()
    await anna.presses("Approve and publish", "dm")
    published = (await story.record()).published
    if len(published) != 1 or published[0].state is not StatementState.PUBLISHED:
        raise Unscripted(f"one statement should be public; there are {len(published)}")


async def _work(story: Storyteller) -> None:
    story.heading("The room works; Elena asks where we are")
    room = await story.room()
    anna = story["anna"]
    await anna.types(anna.says(SAID, "finding"), room)
    await anna.person.reacts("pushpin", anna.person.sees(room)[-1])
    await story.breathe()
    await anna.types(anna.says(SAID, "task"), room)
    elena = story["elena"]
    await elena.types(elena.says(SAID, "status"))


async def _stay_in_touch(story: Storyteller) -> None:
    story.heading("Twenty minutes later there is no news, and customers hear just that")
    await story.wait(20)
    await story["luca"].presses("No change, still on it", "dm")
    if len((await story.record()).published) != 2:
        raise Unscripted("customers should have heard that nothing has changed")


async def _mend(story: Storyteller) -> None:
    story.heading("Bruno finds it; the room hears so, and watches that it holds")
    room = await story.room()
    anna = story["anna"]
    await story.wait(3)
    await story["bruno"].presses("Done", "dm")
    await anna.presses("Update the room", room)
    await anna.fills(
        What_is_new=anna.says(SAID, "remedy"),
        Where_it_stands=anna.words.status(Status.MONITORING).capitalize(),
    )
    await anna.submits()
    if (await story.record()).incident.status is not Status.MONITORING:
        raise Unscripted("the room should know that a remedy is being watched")


async def _end(story: Storyteller) -> None:
    story.heading("Cards work again; customers hear how it ended, and the review is compiled")
    room = await story.room()
    await story.wait(10)
    anna = story["anna"]
    await anna.types(anna.says(SAID, "over"), room)
    await anna.fills(How_it_was_solved=anna.says(SAID, "solution"))
    await anna.submits()
    await anna.closes()
    await story["luca"].presses("Approve and publish", "dm")
    _nothing_is_left_open(await story.record())
    if not any(message.files for message in anna.person.sees(room)):
        raise Unscripted("the post-mortem should be in the channel as a file")


def _nothing_is_left_open(record: Record) -> None:
    if record.incident.status is not Status.RESOLVED:
        raise Unscripted(f"the incident should be resolved; it is {record.incident.status}")
    if record.draft is not None or record.customers_deadline is not None:
        raise Unscripted("customers should have heard the end, and wait for nothing more")
    if record.happened(EventKind.ASKED_AGAIN):
        raise Unscripted("Anna was at work all along: nobody should have been called again")
    if any(task.done_at is None for task in record.tasks):
        raise Unscripted("no task should be left open")
