"""By which rules the life of a problem that is there already is judged: the one place to ask.

What its record names stands in the rule books. Where it names nothing yet, or a book is missing or
damaged, the life itself is asked and its answer kept. While nobody can say, the rules are unknown:
then no door turns anything away, and a page says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from time import monotonic

import structlog

from domain.outcomes import NoSuchLife, OutcomeUnknown
from domain.policy import Policy
from domain.problem import Problem
from domain.rules import Rules, shared
from domain.work_calendar import WorkCalendar
from office.ports import Services
from store.registers import rule_books
from store.registers.rule_books import Book, Judged, Key

PATIENCE_SECONDS = 2.0
"""How long a door waits for a life to say by what it is judged."""

AGAIN_AFTER_SECONDS = 60.0
"""How long a life that did not answer is left in peace."""

GONE_SECONDS = 86_400.0
"""The same for one that the server does not know any more."""

_AT_ONCE = 8
_FEW = 3
_log = structlog.get_logger(__name__)


async def keep(services: Services, *books: Book) -> None:
    """Keep books before a life begins, or goes on, by them; what it records only names them."""
    keys = {rule_books.key_of(book) for book in books}
    if keys <= services.library.books.keys():
        return
    async with services.db.writing() as session:
        await rule_books.keep(session, services.db, books)
    await _fetch(services, keys)


async def rules_of(services: Services, problem_no: str) -> Rules | None:
    """Give the rules of one life; None while nobody can say."""
    return (await rules_of_all(services, [problem_no]))[problem_no]


async def rules_of_all(services: Services, numbers: Collection[str]) -> dict[str, Rules | None]:
    """Give the rules of several lives; where no book tells, each life is asked."""
    async with services.db.reading() as session:
        judged = await rule_books.judged_of(session, numbers)
    told = await by_the_books(services, judged.values())
    found = {number: told[judged[number]] if number in judged else None for number in numbers}
    missing = [number for number, rules in found.items() if rules is None]
    return found | dict(zip(missing, await _ask(services, missing), strict=True))


async def by_the_books(
    services: Services, judged: Iterable[Judged]
) -> Mapping[Judged, Rules | None]:
    """Give the rules that rows name; None where no book tells. No life is asked: lists are long."""
    wanted = set(judged)
    await _fetch(services, {key for one in wanted for key in one.books})
    return {one: _bound(services.library.books, one) for one in wanted}


async def life_itself(services: Services, problem_no: str) -> tuple[Problem, Rules] | None:
    """Ask a life how it stands and by what it is judged; None when it does not answer now."""
    try:
        return await _asked(services, problem_no)
    except (NoSuchLife, OutcomeUnknown, TimeoutError):
        return None


async def _asked(services: Services, problem_no: str) -> tuple[Problem, Rules]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await services.desk.judged(problem_no)


async def learn_missing(services: Services) -> int:
    """Ask every life of which no book tells by what it is judged; give how many answered.

    Of the lives that share a damaged book a few are asked: one answer mends it for all.
    """
    async with services.db.reading() as session:
        numbers = await rule_books.unknown(session)
        damaged = await rule_books.damaged(session)
    numbers += [number for judged in damaged.values() for number in judged[:_FEW]]
    learnt = [rules for rules in await _ask(services, numbers) if rules is not None]
    if len(learnt) < len(numbers):
        _log.warning("nobody can say by what lives are judged", lives=len(numbers) - len(learnt))
    return len(learnt)


async def _fetch(services: Services, keys: Collection[Key]) -> None:
    library = services.library
    missing = [key for key in keys if key not in library.books]
    if missing:
        async with services.db.reading() as session:
            library.books.update(await rule_books.read(session, missing))


async def _ask(services: Services, numbers: Collection[str]) -> list[Rules | None]:
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(number: str) -> Rules | None:
        async with places:
            return await _learnt(services, number)

    return await asyncio.gather(*map(one, numbers))


def _bound(books: Mapping[Key, Book], judged: Judged) -> Rules | None:
    policy, calendar = books.get(judged.policy), books.get(judged.calendar)
    if not isinstance(policy, Policy) or not isinstance(calendar, WorkCalendar):
        return None
    return shared(Rules(policy, calendar, judged.rules_version))


async def _learnt(services: Services, problem_no: str) -> Rules | None:
    """Ask the life and keep its answer; one that did not answer is not asked again at once."""
    library, now = services.library, monotonic()
    if library.silent_until.get(problem_no, now) > now:
        return None
    try:
        _, rules = await _asked(services, problem_no)
    except NoSuchLife:
        library.silent_until[problem_no] = now + GONE_SECONDS
        return None
    except (OutcomeUnknown, TimeoutError):
        library.silent_until[problem_no] = now + AGAIN_AFTER_SECONDS
        return None
    await rule_books.learn(services.db, problem_no, rules)
    return rules
