"""Everyone reads their own language; no sentence of ours is left without a translation.

The pseudo-language ``qps`` puts every translatable sentence in ⟦ ⟧: what stands outside and was typed by
nobody would be read untranslated. (Texts to phones have no such brackets in their alphabet.)
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.demo.outage import outage
from bot.demo.story import Storyteller
from bot.sandbox.screen import FormView, Seen
from bot.usecases import plan
from messages.words import PSEUDO, languages, words_for
from tests.conftest import ventura
from tests.promises.test_post_mortem import words_in
from tests.world import World

ITALIANS, ENGLISH = ("marta", "bruno", "anna", "luca", "giulia", "elena"), ("paolo", "james", "tom")
WORD = re.compile(r"[^\W\d_]{2,}")
SAME_EVERYWHERE = re.compile(
    r"https?://\S+|#[\w-]+|@\w+( \w+)?|\b(SEV[1-4]|INC-\d+|inc-\d+\S*)|/crisis( [^\W\d_]+)?"  # the product's own names
    r"|\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b|Anticrisi|Europe/Rome"
)
LANGUAGES = ("English", "Italian", "Italiano")
COMMANDS = "aiuto stato chi piano io pubblica aggiorna gravità ruolo compito nota chiama unisci resoconto statsu"


async def test_each_person_is_written_to_in_their_own_language(any_world: World):
    world = any_world

    await world.declares("marta", "casse bloccate")

    assert "Livello 1: tocca a te" in world.last_page("bruno").plain
    assert world.last_page("bruno").buttons == ["Ci penso io", "Non posso", "Passa a…"]
    assert "You are level 1" in world.last_page("paolo").plain
    assert world.last_page("paolo").buttons == ["I'm on it", "Can't", "Hand over…"]
    await world.waits(minutes=1)
    assert "Rispondi 1 ci penso io" in world.phone("anna").messages[-1].body
    assert "Reply 1 on it" in world.phone("paolo").messages[-1].body


async def test_a_person_s_own_choice_stands_before_everything_else(world: World):
    bruno = world.person("bruno")
    await bruno.opens_home()

    await bruno.chooses("Lingua", "English", home=True)

    await bruno.opens_home()
    assert "Declare an incident" in bruno.home.buttons
    await world.declares("marta", "casse bloccate")
    assert "You are level 1" in world.last_page("bruno").plain
    assert "Livello 1: tocca a te" in world.last_page("anna").plain


async def test_a_whole_incident_leaves_no_sentence_untranslated(worlds):
    world = await worlds(plan_saved=False)
    await everyone_reads(world, PSEUDO)
    story = Storyteller(world.stage, say=lambda _: None)
    for player in story.players.values():
        player.words = words_for(PSEUDO, "Europe/Rome")

    await outage(story)

    typed = await typed_by_people(world)
    seen = {text for name in (*ITALIANS, *ENGLISH) for text in everything_seen(world, name)}
    assert len(seen) > 40
    assert any("⟦" in text for text in seen)
    assert untranslated(seen, typed) == []


async def test_no_answer_form_or_tab_leaves_a_sentence_untranslated(worlds):
    world = await worlds(plan_saved=False)
    await everyone_reads(world, PSEUDO)
    anna = world.person("anna")
    await world.person("marta").types("/crisis subito casse bloccate")
    room = await world.room()
    seen: list[str] = []

    for command in COMMANDS.split():
        await anna.types(f"/crisis {command}", room)
        if anna.form is not None:
            seen += written_in(anna.form)
            await anna.closes()
    await anna.presses("⟦I'm on it⟧", "dm")
    await anna.types("/crisis annulla", room)
    seen += written_in(anna.form)
    await anna.closes()
    await anna.types("/crisis risolto", room)
    seen += written_in(anna.form)
    await anna.closes()
    await anna.types("/crisis un'altra emergenza")
    seen += written_in(anna.form)
    await anna.closes()
    await anna.opens_home()
    seen += [anna.home.plain, *anna.home.buttons]

    assert len(anna.ephemerals) >= 5
    seen += [text for each in anna.ephemerals for text in (each.plain, each.text, *each.buttons)]
    assert untranslated(seen, await typed_by_people(world)) == []


def test_italian_and_english_are_there():
    assert {"en", "it"} <= set(languages())


async def everyone_reads(world: World, language: str) -> None:
    """Each person, and the company's room."""
    document = ventura().model_copy(update={"language": language, "statement_languages": ("it", "en")})
    await plan.save_document(world.core, document, by="tests")
    async with world.core.store.transaction() as tx:
        for person in world.sandbox.workspace.cast.people:
            await tx.choose_language(person.user_id, language)


def everything_seen(world: World, name: str) -> Iterator[str]:
    person = world.person(name)
    for place in ("dm", *person.channels):
        for seen in person.sees(place):
            if is_ours(seen):
                yield from (seen.text, seen.plain, *seen.buttons)


def is_ours(seen: Seen) -> bool:
    """Slack's own lines, on who joined and the topic, are Slack's to translate."""
    return seen.author == "Anticrisi" and not re.search(r"^(set the channel topic|\S+ has joined)", seen.text)


def written_in(form: FormView) -> list[str]:
    """Labels, hints, choices and buttons; what fields hold is what people would type."""
    choices = [option for label in form.labels for option in options(form, label)]
    return [form.title, form.submit, form.close, form.plain, *form.buttons, *choices]


def options(form: FormView, label: str) -> list[str]:
    try:
        return form.options(label)
    except (KeyError, LookupError, TypeError):
        return []


async def typed_by_people(world: World) -> list[str]:
    """The plan, and every word of the record: written by people, in whatever language they like."""
    document = list(strings(ventura().model_dump(mode="json")))
    names = [person.real_name for person in world.sandbox.workspace.cast.people]
    record = list(words_in(await world.newest()))
    return sorted({text for text in (*document, *names, *record, *LANGUAGES) if len(text) > 3}, key=len, reverse=True)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def untranslated(seen: Iterable[str], typed: list[str]) -> list[str]:
    """Words outside the brackets that nobody typed."""
    found = []
    for text in seen:
        rest = SAME_EVERYWHERE.sub(" ", outside(text))
        if shown_in_part(rest, typed):
            continue
        for words in typed:
            rest = re.sub(re.escape(words), " ", rest, flags=re.I) if words.casefold() in rest.casefold() else rest
        if WORD.search(rest) and not shown_in_part(rest, typed):
            found.append(f"{' '.join(rest.split())!r} in {text!r}")
    return found


def shown_in_part(rest: str, typed: list[str]) -> bool:
    """A choice shows the beginning of what a severity means here."""
    said = rest.strip(" ·:;,.\n\t→“”«»()[]•>-").casefold()
    return any(said in words.casefold() for words in typed)


def outside(text: str) -> str:
    """What stands in no bracket."""
    depth, kept = 0, []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        kept.append(letter if depth == 0 and letter != "⟧" else " " if depth == 0 else "")
    return "".join(kept)
