"""What the tests of the domain share."""

import pytest

from bot.domain.team import TeamDocument


@pytest.fixture(scope="session")
def ventura() -> TeamDocument:
    """The example company."""
    from tests.domain.example_company import VENTURA  # only for those who ask: a broken file fails them alone

    return VENTURA
