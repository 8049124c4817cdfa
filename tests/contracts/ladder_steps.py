"""Which step of a ladder may follow which. Says it anew, from the plan, and asks nobody."""

from __future__ import annotations

from bot.domain.escalation import LOOPS, LevelFired, Outcome, Page


def key_of(level: LevelFired) -> tuple[int, ...]:
    return (level.epoch, level.loop, level.level, level.turn)


def follows(step: LevelFired, before: list[LevelFired], page: Page) -> bool:
    """Whether this is a step that may come next."""
    levels, loops = len(page.policy.levels), 1 if page.manual else LOOPS
    here = (step.loop, step.level)
    if not before:
        return key_of(step) == (1, 1, 1, 1)
    last = before[-1]
    if step.epoch == last.epoch + 1:
        return here in _anew(last, levels, loops) and step.turn == 1
    if here == (last.loop, last.level):
        return step.epoch == last.epoch and step.turn == last.turn + 1
    a_whole_loop = before[-levels:]
    nobody = len(a_whole_loop) == levels and all(each.outcome is Outcome.EMPTY for each in a_whole_loop)
    fits = here in _next_steps(last, levels, loops) or (nobody and here == (last.loop, levels + 1))
    return step.epoch == last.epoch and step.turn == 1 and fits


def _next_steps(last: LevelFired, levels: int, loops: int) -> list[tuple[int, int]]:
    """The next level; after the last one the first again, or everyone; after everyone the last resort."""
    if last.level != levels:
        return [(last.loop, last.level + 1)] if last.level <= levels + 1 else []
    return [(last.loop + 1, 1) if last.loop < loops else (last.loop, levels + 1)]


def _anew(last: LevelFired, levels: int, loops: int) -> list[tuple[int, int]]:
    """Asked anew: the same level again, from the first when the ladder had ended; or what follows, by force."""
    if last.level < levels:
        return [(last.loop, last.level), (last.loop, last.level + 1)]
    again = (last.loop, last.level if last.level == levels else 1)
    return [again, *([(last.loop + 1, 1)] if last.loop < loops else [(last.loop, levels + 1)])]
