"""The tests' PostgreSQL: every test a database of its own, and no silent skipping where one is required."""

from pathlib import Path

import psycopg
import pytest

from tests.postgres import REQUIRED, Server, Unavailable, binaries, go_without


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [name for (name,) in rows]


def make_table(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE promises (kept boolean)")


def test_a_test_gets_an_empty_database_on_a_real_server(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT version()").fetchone()

    assert row is not None
    assert row[0].startswith("PostgreSQL")
    assert tables(postgres_url) == []


def test_what_one_database_holds_another_does_not_see(postgres_url: str, postgres_server: Server):
    make_table(postgres_url)

    with postgres_server.database() as other:
        assert tables(other) == []

    assert tables(postgres_url) == ["promises"]


def test_a_database_is_gone_at_the_end_even_when_somebody_is_still_connected(postgres_server: Server):
    with postgres_server.database() as url:
        left_open = psycopg.connect(url)

    with left_open, pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_a_template_is_prepared_once_and_copied_for_each(postgres_server: Server):
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        make_table(url)

    for _ in range(2):
        template = postgres_server.template("with a table", prepare)
        with postgres_server.database(template=template) as url:
            assert tables(url) == ["promises"]

    assert len(prepared) == 1


def test_letters_of_every_language_compare_as_people_expect(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT lower('È GIÙ')").fetchone()

    assert row == ("è giù",)


def test_a_machine_without_the_binaries_is_told_what_to_install(tmp_path: Path):
    with pytest.raises(Unavailable, match="apt-get install postgresql"):
        binaries(path=str(tmp_path), houses=[f"{tmp_path}/*/bin"])


def test_the_newest_of_several_versions_is_chosen(tmp_path: Path):
    for version in ("9", "15", "16"):
        (tmp_path / version / "bin").mkdir(parents=True)

    assert binaries(path="", houses=[f"{tmp_path}/*/bin"]) == tmp_path / "16" / "bin"


def test_without_a_server_a_test_is_skipped_with_the_remedy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(REQUIRED, raising=False)

    with pytest.raises(pytest.skip.Exception, match="install one"):
        go_without("install one")


def test_without_a_server_a_test_fails_where_one_is_required(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(REQUIRED, "1")

    with pytest.raises(pytest.fail.Exception, match="install one"):
        go_without("install one")
