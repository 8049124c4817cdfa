"""What can be wrong with the bot itself. The names stand in the log, in metrics and in readiness."""

from enum import StrEnum


class OwnTrouble(StrEnum):
    """One way of not being well."""

    SLACK = "slack"
    """No replica has a socket to Slack: nobody is heard there."""
    REFUSED = "refused"
    """Slack takes our token for nobody's: nothing that we say arrives there."""
    TICK = "tick"
    """Nothing looks at what is due: levels and reminders stand still."""
    PAGES = "pages"
    """What is due is not leaving: people are called late."""
    DATABASE = "database"
    """The record does not answer: nothing can be stored, and nobody told."""
