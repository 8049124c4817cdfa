"""What the tests of the domain share."""

import pytest
from hypothesis import settings

from bot.domain.team import TeamDocument

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def ventura() -> TeamDocument:
    """The example company."""
    from tests.domain.example_company import VENTURA  # only for those who ask: a broken file fails them alone

    return VENTURA
