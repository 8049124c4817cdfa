"""The catalogues: what is still to be written in each language.

    python -m messages.catalogues check     every sentence in every language, or a list of what is missing
    python -m messages.catalogues update    bring new sentences into the files, take old ones out

One file per subject: the sentences of `messages/page.py` are in `page.po`, those of the package
`messages/forms` in `forms.po`, those of the web's templates in `site.po`.
Refuses (exit 1) fuzzy, missing and obsolete sentences, and placeholders that differ from the source's.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from messages.words import LOCALES, languages

ROOT: Final = Path(__file__).resolve().parent.parent
_KEYWORDS: Final = {"_": None, "N_": None, "plural": (1, 2)}
_HEADER: Final = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {forms}\\n"\n\n'


def sources() -> dict[str, list[Path]]:
    """The files that speak, by the catalogue that their sentences are kept in."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted((ROOT / "messages").rglob("*.py")):
        inside = path.relative_to(ROOT / "messages")
        found[inside.parts[0] if len(inside.parts) > 1 else path.stem].append(path)
    found["site"].extend(sorted((ROOT / "bot" / "web" / "templates").rglob("*.html")))
    found["site"].extend(sorted((ROOT / "bot" / "web" / "templates").rglob("*.atom")))
    return found


def template(paths: list[Path]) -> Catalog:
    """Every sentence of these files."""
    catalogue = Catalog()
    for path in paths:
        method = "python" if path.suffix == ".py" else "jinja2"
        for _, sentence, _, _ in extract_from_file(method, str(path), keywords=_KEYWORDS):
            catalogue.add(sentence, locations=[(str(path.relative_to(ROOT)), 0)])
    return catalogue


def read(language: str, name: str) -> Catalog:
    """What is written so far."""
    path = LOCALES / language / f"{name}.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, name: str, catalogue: Catalog) -> None:
    """One file, in the order of the sources; the same content gives the same bytes."""
    body = BytesIO()
    write_po(body, catalogue, width=110, omit_header=True, ignore_obsolete=True, include_lineno=False)
    header = _HEADER.format(forms=catalogue.plural_forms)
    (LOCALES / language / f"{name}.po").write_bytes(header.encode() + body.getvalue().lstrip())


def update() -> None:
    """Bring every language's files up to the sources."""
    for name, paths in sources().items():
        wanted = template(paths)
        for language in languages()[1:]:
            present = read(language, name)
            present.update(wanted, no_fuzzy_matching=True)
            if len(present):
                write(language, name, present)
            else:
                (LOCALES / language / f"{name}.po").unlink(missing_ok=True)


def check() -> list[str]:
    """What is wrong, one line each; nothing when every language is whole."""
    by_name = {name: template(paths) for name, paths in sources().items()}
    return [
        fault
        for language in languages()[1:]
        for fault in (*_faults(language, by_name), *_contradictions(language, by_name))
    ]


def _faults(language: str, by_name: dict[str, Catalog]) -> Iterator[str]:
    known = {path.stem for path in (LOCALES / language).glob("*.po")}
    yield from (f"{language}/{name}.po: nobody says these sentences any more" for name in sorted(known - set(by_name)))
    for name, wanted in sorted(by_name.items()):
        where, present = f"{language}/{name}.po", read(language, name)
        for message in wanted:
            if message.id and (fault := _fault(message, present.get(message.id), present.num_plurals)):
                yield f"{where}: {fault}: {_key(message)!r}"
        gone = (message for message in present if message.id and wanted.get(message.id) is None)
        yield from (f"{where}: obsolete: {_key(message)!r}" for message in gone)
        yield from (f"{where}: obsolete: {_key(message)!r}" for message in present.obsolete.values())


def _contradictions(language: str, names: Iterable[str]) -> Iterator[str]:
    """One sentence has one translation: all files of a language are read as one."""
    said: dict[str, tuple[str, object]] = {}
    for name in sorted(names):
        for message in read(language, name):
            first, written = said.setdefault(_key(message), (name, message.string))
            if message.id and written != message.string:
                yield f"{language}/{name}.po: another translation than in {first}.po: {_key(message)!r}"


def _fault(wanted: Message, written: Message | None, plurals: int) -> str | None:
    if written is None:
        return "missing"
    if written.fuzzy:
        return "fuzzy"
    forms = [written.string] if isinstance(written.string, str) else list(written.string or ())
    if not forms or not all(forms) or (wanted.pluralizable and len(forms) != plurals):
        return "not translated"
    originals = [placeholders(each) for each in (wanted.id if isinstance(wanted.id, tuple | list) else [wanted.id])]
    needed, allowed = set.intersection(*originals), set.union(*originals)
    same = all(needed <= placeholders(form) <= allowed for form in forms)
    return None if same else "placeholders differ"


def placeholders(sentence: str) -> set[str]:
    """The names that a sentence leaves room for."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def main(arguments: list[str]) -> int:
    """Do as the module's docstring says; the exit status."""
    match arguments:
        case ["check"]:
            faults = check()
            sys.stdout.writelines(f"{fault}\n" for fault in faults)
            return 1 if faults else 0
        case ["update"]:
            update()
            return 0
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
