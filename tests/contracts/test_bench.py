"""The benchmarks themselves: they run, and what they say can be true. How fast is not for tests to say."""

from __future__ import annotations

from pathlib import Path

from bot.storage.migrations import newest
from tests.bench.declaration import PEOPLE, declaration
from tests.bench.figures import Figure, Told, markdown, percentile
from tests.bench.house import QUICK, House
from tests.bench.ticking import measure, rounds


async def test_a_declaration_is_measured_call_by_call(tmp_path: Path) -> None:
    told = await declaration(House(tmp_path, None, QUICK))

    assert all(call.ok for call in told.calls)
    assert told.people_paged == PEOPLE
    assert told.ended_before_the_page == 0
    assert {"conversations.create", "conversations.invite", "pins.add"} <= {call.method for call in told.calls}
    assert 0 < told.first_page.began < told.first_invitation
    assert told.depth <= told.round_trips + 1


async def test_idle_ticks_are_measured_on_a_short_and_on_a_long_past(tmp_path: Path) -> None:
    few, many = await rounds(House(tmp_path, None, QUICK), "SQLite")

    assert len(few.seconds) == len(many.seconds) == QUICK.ticks
    assert min(few.seconds + many.seconds) > 0


async def test_a_benchmark_says_what_it_measured_beside_what(tmp_path: Path) -> None:
    told = await measure(House(tmp_path, None, QUICK))

    assert "5,000 closed against 100" in told.figures[0].what
    assert told.figures[0].ratio is not None
    assert told.figures[0].ratio > 0


def test_the_page_names_every_figure_and_what_it_means() -> None:
    page = markdown([Told("Ticks", "What a tick costs.", (Figure("SQLite", "1 ms", "2 ms", 0.5, "≤ 1.2", met=True),))])

    assert "## Ticks" in page
    assert "What a tick costs." in page
    assert "| SQLite | 1 ms | 2 ms | 0.50 | ≤ 1.2 | met |" in page


def test_percentiles_lie_between_the_values() -> None:
    assert percentile([3.0], 99) == 3.0
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0


def test_the_newest_revision_is_read_from_the_names_of_the_files() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from bot.storage import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))

    assert newest() == ScriptDirectory.from_config(config).get_current_head()
