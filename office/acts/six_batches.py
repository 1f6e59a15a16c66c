"""六个一批: into which batch a problem is sorted."""

from __future__ import annotations

from domain import commands as c
from domain.refusals import WrongContent
from office.acts.act import Act, Doing
from office.refused import Refused
from office.typed import NeededLine, Prose, Typed, example
from store.registers import six_batches


class SixBatchBody(Typed):
    """六个一批: the batch by its code, number or name."""

    model_config = example(six_batch="batch_2", reason="现场核查后调整")

    six_batch: NeededLine
    reason: Prose = ""


async def _sort(doing: Doing, body: SixBatchBody) -> c.SortProblem:
    """The command carries the name the batch has now: the record keeps it."""
    async with doing.services.db.reading() as session:
        found = (await six_batches.in_force(session)).find(body.six_batch)
    if found is None:
        raise Refused.by_rule(WrongContent("six_batch_unknown", said=body.six_batch))
    return c.SortProblem(six_batch=found.code, called=found.label, reason=body.reason, by=doing.by)


ACTS = (
    Act(
        name="sort",
        path="six-batch",
        does="按“六个一批”分类处置，可以调整",
        body=SixBatchBody,
        commands=(c.SortProblem,),
        make=_sort,
        told_by_body=True,
        title="六个一批",
        button="登记分类",
        done="“六个一批”分类已登记",
        when=lambda problem, _: problem.transferred_on is not None,
    ),
)
