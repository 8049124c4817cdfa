"""When it is over the post-mortem is there, made of the record alone; what only people can write stands empty."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.record import Record
from tests.world import World

ROME = ZoneInfo("Europe/Rome")
EMPTY = ("Che cosa lo ha reso possibile", "Che cosa ha funzionato", "Che cosa non ha funzionato")
MARKED = ("Da tenere", "Da togliere", "Tolto e rimesso")
EMPTY_TOO = ("Azioni", "Che cosa abbiamo imparato", "Che cosa cambia nel piano")


async def lived_through(world: World) -> Record:
    """A whole incident: a decline, an answer, marks, a late statement, no news, a task left open, the end."""
    await world.declares("marta", "casse bloccate")
    room = await world.room()
    anna, bruno, luca = (world.person(name) for name in ("anna", "bruno", "luca"))
    await bruno.presses("Non posso", "dm")
    await world.waits(minutes=2)
    await anna.presses("Ci penso io", "dm")
    await anna.types("Il certificato del terminale è scaduto stanotte", room)
    await bruno.types("Ho provato la cassa 7: rifiuta tutto", room)
    said = [next(seen for seen in anna.sees(room) if seen.text.startswith(words)) for words in ("Il cert", "Ho prov")]
    await world.waits(minutes=11)
    await anna.reacts("pushpin", said[0])
    await anna.message_shortcut("add_to_timeline", said[1])
    await luca.presses("Pubblica…", "dm")
    await luca.submits()
    await anna.presses("Approva e pubblica", "dm")
    await anna.types("/crisis compito @bruno rinnovare il certificato", room)
    await world.waits(minutes=20)
    await luca.presses("Nessuna novità, ci lavoriamo", "dm")
    await world.waits(minutes=9)
    await anna.types("/crisis risolto", room)
    await anna.fills({"Come si è risolto": "Rinnovato il certificato scaduto alle 4"})
    assert not await anna.submits()
    await luca.presses("Approva e pubblica", "dm")
    return await world.newest()


def files(world: World) -> list[str]:
    """Every post-mortem shared in the channel, oldest first."""
    shared = world.sandbox.workspace.files.values()
    return [file.content.decode() for file in shared if file.name.startswith("inc-0001-postmortem") and file.content]


def chapters(markdown: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", markdown, flags=re.M)
    return {title: body.strip() for title, body in zip(parts[1::2], parts[2::2], strict=True)}


async def test_it_tells_what_the_record_proves_in_original_time_and_not_a_number_more(world: World):
    record = await lived_through(world)

    text = files(world)[-1]

    told = chapters(text)
    story = told["Che cosa è successo, ora per ora"].splitlines()
    assert "- `10:04:00` Anna Riva: «Il certificato del terminale è scaduto stanotte»" in story
    assert "- `10:04:00` Bruno Ferri: «Ho provato la cassa 7: rifiuta tutto»" in story
    assert "- `10:02:00` Bruno Ferri non può." in story
    assert "- `10:04:00` Ci pensa Anna Riva, dopo 2 min." in story
    assert story == sorted(story, key=lambda line: line[3:11])
    assert "Anna Riva, dopo 2 min" in told["Chi è stato chiamato, chi ha risposto"]
    statements = told["Che cosa è stato detto ai clienti"]
    assert "**10:15** · Primo messaggio · 3 min di ritardo, Luca Moretti (approvato da Anna Riva)" in statements
    assert "**10:35** · Nessuna novità · puntuale, Luca Moretti" in statements
    assert all(statement.text("it") in statements for statement in record.published)
    for row in (
        "| Tempo di presa in carico | 2 min (Anna Riva) |",
        "| Tempo di risoluzione | 42 min |",
        "| Tempo al primo messaggio | 13 min |",
        "| Messaggi puntuali | 2/3 |",
        "| Compiti svolti | 0/1 |",
    ):
        assert row in told["In numeri"]
    assert "rinnovare il certificato | Bruno Ferri" in told["Azioni"]
    assert record.published[-1].text("it") in told["Messaggio di chiusura"]
    assert "Vuoto" in chapters(files(world)[0])["Messaggio di chiusura"]  # compiled before customers had heard it
    assert unproven_numbers(text, record) == []
    assert unproven_names(text, record) == []


async def test_what_only_people_can_write_is_visibly_empty_and_names_who_writes_it(world: World):
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")
    await anna.presses("Ci penso io", "dm")
    await anna.types("/crisis risolto", await world.room())
    await anna.fills({"Come si è risolto": "Era un cavo"})
    await anna.submits()

    told = chapters(files(world)[-1])

    for chapter in (*EMPTY, *EMPTY_TOO):
        assert told[chapter].startswith("> ☐ **Vuoto.** Da scrivere, a cura di "), chapter
        assert len(told[chapter].splitlines()) == 1
    assert "Anna Riva" in told["Che cosa lo ha reso possibile"]
    assert "Ada Conti" in told["Che cosa cambia nel piano"]
    assert told["Che cosa è stato detto ai clienti"] == "Ai clienti non è stato detto nulla."


async def test_it_is_in_the_channel_and_comes_anew_when_somebody_writes_the_summary(world: World):
    await lived_through(world)
    room = await world.room()
    seen = world.person("marta").sees(room)
    assert any(message.mentions("Resoconto di INC-1") and "Scrivi il riassunto…" in message.buttons for message in seen)
    before = len(files(world))
    anna = world.person("anna")

    await anna.presses("Scrivi il riassunto…", room)
    await anna.fills({anna.form.labels[0]: "Un certificato è scaduto senza avvisare"})
    assert not await anna.submits()

    assert len(files(world)) == before + 1
    assert "> Un certificato è scaduto senza avvisare" in chapters(files(world)[-1])["Riassunto"]


async def test_a_later_file_says_that_it_takes_the_place_of_the_earlier(world: World):
    await lived_through(world)

    first, second = (message for message in world.person("marta").sees(await world.room()) if message.files)

    assert first.files == ["inc-0001-postmortem.md"]
    assert second.files == ["inc-0001-postmortem-2.md"]
    assert second.mentions("Resoconto di INC-1, revisione 2. Sostituisce il file precedente.")
    assert files(world)[0] != files(world)[1]


async def test_a_mark_taken_away_leaves_the_story_and_set_again_comes_back(world: World):
    await world.declares("marta", "casse bloccate")
    room, anna = await world.room(), world.person("anna")
    await anna.presses("Ci penso io", "dm")
    for text in MARKED:
        await anna.types(text, room)
    kept, dropped, again = [next(seen for seen in anna.sees(room) if seen.text == text) for text in MARKED]
    await world.waits(minutes=1)
    for message in (kept, dropped, again):
        await anna.reacts("pushpin", message)
    for message in (dropped, again):
        await anna.reacts("pushpin", message)  # a second press takes it back
    await anna.reacts("pushpin", again)
    await anna.types("/crisis risolto", room)
    await anna.fills({"Come si è risolto": "Era un cavo"})
    await anna.submits()

    story = chapters(files(world)[-1])["Che cosa è successo, ora per ora"]

    assert "- `10:02:00` Anna Riva: «Da tenere»" in story
    assert "Da togliere" not in story
    assert story.count("Tolto e rimesso") == 1


# Every number and name, looked for in the record


def unproven_numbers(text: str, record: Record) -> list[str]:
    """Numbers on the page that are neither in the record's words nor counted from it."""
    for said in sorted(set(words_in(record)), key=len, reverse=True):
        if re.search(r"[a-z]{3}", said) and re.search(r"\d", said):
            for line in said.splitlines():
                text = text.replace(line, "")
    proven = clocks(record) | lengths(record) | counts(record)
    return [number for number in re.findall(r"\d+(?:[:.]\d+)*", text) if number not in proven]


def unproven_names(text: str, record: Record) -> list[str]:
    """Names of two words that are nobody's in the record."""
    text = re.sub(r"#\S+|`[^`]*`", "", text)
    for said in words_in(record):
        if "\n" in said or len(said) > 40:
            text = text.replace(said, "")
    names = {record.roster.name(person) for person in people_in(record)}
    return [name for name in re.findall(r"[A-Z][a-zà-ù]+ [A-Z][a-zà-ù]+", text) if name not in names]


def words_in(value: object) -> Iterator[str]:
    """Every text in a record, the roster apart."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            if part.name != "roster":
                yield from words_in(getattr(value, part.name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from words_in(each)
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from words_in(each)


def people_in(record: Record) -> set[str]:
    """Whoever the record names, and the owners of the plan, who write its changes."""
    return {each for each in words_in(record) if record.roster.person(each)} | set(record.roster.owners())


def moments(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            if part.name != "roster":
                yield from moments(getattr(value, part.name))
    elif isinstance(value, Mapping | tuple | list) and not isinstance(value, str):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from moments(each)


def clocks(record: Record) -> set[str]:
    local = [moment.astimezone(ROME) for moment in moments(record)]
    days: set[date] = {moment.date() for moment in local}
    parts = {str(part) for day in days for part in (day.day, day.year)}
    return parts | {f"{moment:{shape}}" for moment in local for shape in ("%H:%M", "%H:%M:%S")}


def lengths(record: Record) -> set[str]:
    """From one recorded moment to another, in whole minutes."""
    known = sorted(set(moments(record)))
    return {str(round((late - early).total_seconds() / 60)) for early in known for late in known if late > early}


def counts(record: Record) -> set[str]:
    ladder = record.ladder
    counted = (
        record.incident.id,
        record.incident.severity,
        len(record.called),
        len(record.tasks),
        len([task for task in record.tasks if task.done_at]),
        len(record.published),
        len([said for said in record.published if said.due_at and said.published_at <= said.due_at]),
        len(ladder.policy.levels),
        *(level.level for level in record.levels),
        len(ladder.declined),
    )
    return {str(each) for each in counted} | {f"{record.incident.id:04d}"}
