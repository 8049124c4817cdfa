"""The story of a bad Saturday morning: the tills of every store refuse cards.

Each step is something a person does; between them the clock is turned.
"""

from __future__ import annotations

from bot.demo.story import Storyteller, Unscripted
from bot.domain.incident import Status
from bot.domain.statement import StatementState


async def outage(story: Storyteller) -> None:
    """Play it to the end. Raises ``Unscripted`` when anything goes otherwise."""
    await _declare(story)
    await _answer(story)
    await _speak(story)
    await _work(story)
    await _stay_in_touch(story)
    await _end(story)


async def _declare(story: Storyteller) -> None:
    story.heading("The tills are down, and Marta says so")
    marta = story["marta"]
    await marta.types("/crisis casse bloccate in tutti i negozi")
    await marta.submits()
    await marta.closes()
    for name in ("bruno", "anna", "paolo"):
        story[name].sees("casse bloccate")


async def _answer(story: Storyteller) -> None:
    story.heading("Bruno can't; Anna answers from her phone")
    await story["bruno"].presses("Can't", "dm")
    await story.wait(1)
    if not story["anna"].person.phone.messages:
        raise Unscripted("Anna's phone should have received an SMS after a minute")
    before = len(story["paolo"].person.phone.messages)
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
    await anna.types("Il certificato del terminale di pagamento è scaduto stanotte", room)
    await anna.person.reacts("pushpin", anna.person.sees(room)[-1])
    await story.breathe()
    await anna.types("/crisis compito @bruno rinnovare il certificato", room)
    await anna.types("/crisis stato identificato", room)
    await story["elena"].types("/crisis stato")
    await story["bruno"].presses("Done", "dm")


async def _stay_in_touch(story: Storyteller) -> None:
    story.heading("Half an hour later there is no news, and customers hear just that")
    await story.wait(20)
    await story["luca"].presses("No change, still on it", "dm")
    if len((await story.record()).published) != 2:
        raise Unscripted("customers should have heard that nothing has changed")


async def _end(story: Storyteller) -> None:
    story.heading("Cards work again; customers hear how it ended, and the review is compiled")
    room = await story.room()
    await story.wait(15)
    anna = story["anna"]
    await anna.types("/crisis risolto", room)
    await anna.fills(How_it_was_solved="Rinnovato il certificato scaduto; pagamenti verificati in tre negozi.")
    await anna.submits()
    await anna.closes()
    await story["luca"].presses("Approve and publish", "dm")
    record = await story.record()
    if record.incident.status is not Status.RESOLVED:
        raise Unscripted(f"the incident should be resolved; it is {record.incident.status}")
    if not any(message.files for message in anna.person.sees(room)):
        raise Unscripted("the post-mortem should be in the channel as a file")
