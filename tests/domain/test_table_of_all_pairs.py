"""The table of all pairs: every command in every situation, and the answer it gets.

Read a line from left to right: the command, then its answer in each situation, one letter each,
`+` where it is accepted; LETTERS says what the others mean. Situations are named in two lines, the
stage and below it the level of supervision (4 is the highest), with an `s` while suspended. The
second table has what waits for an answer: a request (`asked`, a further one `asked-again`), an
objection, a proposal of another `date` or of a `pause`, a consequence `held` for proof of service,
an appeal, its reversal. tests/domain/situations.py lives each of them.

The answers stand here as they were read, line by line, against the rules; nothing computes them.
"""

from __future__ import annotations

import pytest

from domain.commands import COMMANDS
from domain.refusals import REFUSALS, Refusal
from tests.domain.commands_at_hand import AT_HAND
from tests.domain.situations import SITUATIONS, STAGES

LETTERS = {
    "+": "ok",
    ".": "not_in_this_stage",
    "x": "problem_closed",
    "z": "suspended",
    "t": "already_transferred",
    "u": "unknown_round",
    "a": "already_answered",
    "o": "round_not_open",
    "l": "listed_stays",
    "n": "nothing_asked",
    "m": "nothing_listed",
    "p": "no_such_proposal",
    "d": "no_such_deduction",
    "q": "no_such_appeal",
    "w": "not_suspended",
    "s": "not_a_successor",
    "e": "extension_after_expiry",
    "v": "round_overdue",
    "b": "objection_too_late",
    "h": "objection_waits",
    "r": "already_proposed",
    "k": "already_asked",
    "y": "supervisor_decides",
    "g": "already_appealed",
    "i": "nothing_to_reissue",
    "c": "revisit_required",
    "j": "date_not_plausible",
    "L": "appeal_too_late",
    "N": "nothing_changes",
}

BY_STAGE = """
                        new awaiting       review rectifying     revisit        passed closed withdrawn merged reopened
                        0   0 1 4 0s 1s 4s 0 1 4  0 1 4 0s 1s 4s 0 1 4 0s 1s 4s 0      0      0         0      0
transfer_problem        +   t t t t  t  t  t t t  t t t t  t  t  t t t t  t  t  t      t      t         t      t
submit_feedback         u   + + + +  +  +  a a a  + + + +  +  +  + + + +  +  +  +      x      .         .      +
enter_answer            j   + + + +  +  +  a a a  + + + +  +  +  + + + +  +  +  +      x      .         .      +
review_feedback         .   . . . .  .  .  + + +  . . . .  .  .  . . . .  .  .  .      x      .         .      .
record_revisit          .   . . . .  .  .  . . .  . . . .  .  .  + + + z  z  z  .      x      .         .      .
approve_closure         .   . . . .  .  .  . . .  . . . .  .  .  . . . .  .  .  +      x      .         .      .
decline_closure         .   . . . .  .  .  . . .  . . . .  .  .  . . . .  .  .  +      x      .         .      .
record_list_number      m   m + + m  +  +  m + +  m + + m  +  +  m + + m  +  +  m      m      m         m      m
record_service          .   + + + z  z  z  . . .  + + + z  z  z  . . . .  .  .  .      x      .         .      +
reissue_notice          .   + i i z  z  z  . . .  + + i z  z  z  . . . .  .  .  .      x      .         .      +
record_proof            .   + + + +  +  +  . . .  + + + +  +  +  . . . .  .  .  .      x      .         .      +
report_bounce           u   + + + +  +  +  + + +  + + + +  +  +  + + + +  +  +  +      +      +         +      +
send_reminder           .   + + + z  z  z  . . .  + + + z  z  z  . . . .  .  .  .      x      .         .      +
request_extension       o   + e e z  z  z  o o o  + + e z  z  z  o o o z  z  z  o      x      .         .      +
decide_extension        n   n n n n  n  n  n n n  n n n n  n  n  n n n n  n  n  n      n      n         n      n
raise_objection         .   + + + z  z  z  . . .  . . . z  z  z  . . . z  z  z  .      x      .         .      .
decide_objection        n   n n n n  n  n  n n n  n n n n  n  n  n n n n  n  n  n      n      n         n      n
reassign_problem        +   + + + z  z  z  . . .  + + + z  z  z  . . . z  z  z  .      x      .         .      +
assign_successor        s   s s s s  s  s  s s s  s s s s  s  s  s s s s  s  s  s      x      .         .      s
resume_problem          w   w w w +  +  +  w w w  w w w +  +  +  w w w +  +  +  w      w      w         w      w
merge_problem           +   + l l +  l  l  + l l  + l l +  l  l  + l l +  l  l  +      x      .         .      +
withdraw_problem        +   + + + +  +  +  . . .  . . . .  .  .  . . . .  .  .  .      x      .         .      .
appeal_deduction        d   d + L d  +  L  d + L  d + L d  +  L  d + L d  +  L  d      d      d         d      d
record_points_receipt   d   d + N d  +  N  d + N  d + N d  +  N  d + N d  +  N  d      d      d         d      d
decide_appeal           q   q q q q  q  q  q q q  q q q q  q  q  q q q q  q  q  q      q      q         q      q
propose_act:extend      n   n n n n  n  n  n n n  n n n n  n  n  n n n n  n  n  n      n      n         n      n
propose_act:date        .   + v v z  z  z  . . .  + + v z  z  z  . . . .  .  .  .      x      .         .      +
propose_act:suspend     .   + + + z  z  z  . . .  + + + z  z  z  + + + z  z  z  .      x      .         .      +
propose_act:reverse     d   d + + d  +  +  d + +  d + + d  +  +  d + + d  +  +  d      d      d         d      d
propose_act:reopen      .   . . . .  .  .  . . .  . . . .  .  .  . . . .  .  .  .      +      .         .      .
approve_act             p   p p p p  p  p  p p p  p p p p  p  p  p p p p  p  p  p      p      p         p      p
decline_act             p   p p p p  p  p  p p p  p p p p  p  p  p p p p  p  p  p      p      p         p      p
apply_calendar          +   + + + +  +  +  + + +  + + + +  +  +  + + + +  +  +  +      x      .         .      +
apply_policy            +   + + + +  +  +  + + +  + + + +  +  +  + + + +  +  +  +      x      .         .      +
record_draw             .   . . . .  .  .  . . .  . . . .  .  .  + c c z  z  z  .      x      .         .      .
mark_typical_case       +   + + + +  +  +  + + +  + + + +  +  +  + + + +  +  +  +      +      +         +      +
sort_problem            +   + + + +  +  +  + + +  + + + +  +  +  + + + +  +  +  +      +      +         +      +
record_register_number  +   + + + +  +  +  + + +  + + + +  +  +  + + + +  +  +  +      +      +         +      +
"""

WHILE_SOMETHING_WAITS = """
                        asked asked-again objection dispute date pause held appeal reversal closed-appeal reopening
transfer_problem        t     t           t         t       t    t     t    t      t        t             t
submit_feedback         +     +           +         +       +    +     +    +      +        x             x
enter_answer            +     +           +         +       +    +     +    +      +        x             x
review_feedback         .     .           .         .       .    .     .    .      .        x             x
record_revisit          .     .           .         .       .    .     .    .      .        x             x
approve_closure         .     .           .         .       .    .     .    .      .        x             x
decline_closure         .     .           .         .       .    .     .    .      .        x             x
record_list_number      m     m           m         m       m    m     m    +      +        +             m
record_service          +     +           +         +       +    +     +    +      +        x             x
reissue_notice          +     +           +         +       +    +     +    i      i        x             x
record_proof            +     +           +         +       +    +     +    +      +        x             x
report_bounce           +     +           +         +       +    +     +    +      +        +             +
send_reminder           +     +           +         +       +    +     +    +      +        x             x
request_extension       k     k           +         +       +    +     +    e      e        x             x
decide_extension        +     r           n         n       n    n     n    n      n        n             n
raise_objection         +     +           k         k       +    +     +    +      +        x             x
decide_objection        n     n           +         y       n    n     n    n      n        n             n
reassign_problem        +     +           +         +       +    +     +    +      +        x             x
assign_successor        s     s           s         s       s    s     s    s      s        x             x
resume_problem          w     w           w         w       w    w     w    w      w        w             w
merge_problem           +     +           +         +       +    +     +    l      l        x             x
withdraw_problem        +     +           +         +       +    +     +    +      +        x             x
appeal_deduction        d     d           d         d       d    d     d    g      g        g             d
record_points_receipt   d     d           d         d       d    d     d    N      N        N             d
decide_appeal           q     q           q         q       q    q     q    +      +        +             q
propose_act:extend      +     r           n         n       n    n     n    n      n        n             n
propose_act:date        +     +           +         +       r    +     +    v      v        x             x
propose_act:suspend     +     +           h         h       +    r     +    +      +        x             x
propose_act:reverse     d     d           d         d       d    d     d    +      +        +             d
propose_act:reopen      .     .           .         .       .    .     .    .      .        +             r
approve_act             p     +           p         p       +    +     p    p      +        p             +
decline_act             p     +           p         p       +    +     p    p      +        p             +
apply_calendar          +     +           +         +       +    +     +    +      +        x             x
apply_policy            +     +           +         +       +    +     +    +      +        x             x
record_draw             .     .           .         .       .    .     .    .      .        x             x
mark_typical_case       +     +           +         +       +    +     +    +      +        +             +
sort_problem            +     +           +         +       +    +     +    +      +        +             +
record_register_number  +     +           +         +       +    +     +    +      +        +             +
"""


def table() -> dict[str, dict[str, str]]:
    """Give the expected answers: by command, then by situation."""
    stages, levels, *lines = BY_STAGE.strip("\n").splitlines()
    columns = [_situation(stages, place, levels) for place in _places(levels)]
    expected = {line.split()[0]: _answers(line, columns) for line in lines}
    waiting, *more = WHILE_SOMETHING_WAITS.strip("\n").splitlines()
    for line in more:
        expected[line.split()[0]] |= _answers(line, waiting.split())
    return expected


def _places(text: str) -> list[int]:
    """Give where each word begins."""
    return [n for n, letter in enumerate(text) if letter != " " and text[n - 1 : n] in ("", " ")]


def _situation(stages: str, place: int, levels: str) -> str:
    stage = stages[max(n for n in _places(stages) if n <= place) :].split(maxsplit=1)[0]
    level = levels[place:].split(maxsplit=1)[0]
    return f"{stage}/{level[0]}" + ("/s" if level.endswith("s") else "")


def _answers(line: str, columns: list[str]) -> dict[str, str]:
    letters = line.split()[1:]
    return {where: LETTERS[letter] for where, letter in zip(columns, letters, strict=True)}


def answer(name: str, where: str) -> str:
    """Try a command in a situation; a refusal changes nothing."""
    life = SITUATIONS[where]()
    command = AT_HAND[name](life)
    before = life.problem
    try:
        life.do(command)
    except Refusal as refusal:
        return refusal.code if life.problem is before else "changed by a refusal"
    return "ok" if life.problem.seq > before.seq else "accepted without an event"


@pytest.mark.parametrize("name", AT_HAND)
def test_each_command_in_each_situation(name: str) -> None:
    expected = table()[name]
    assert {where: answer(name, where) for where in expected} == expected


def test_the_table_knows_every_command_and_every_situation() -> None:
    expected = table()
    assert {name.partition(":")[0] for name in expected} == set(COMMANDS)
    assert set(expected) == set(AT_HAND)
    assert all(set(line) == set(SITUATIONS) for line in expected.values())
    assert set(LETTERS.values()) <= {"ok", *REFUSALS}


@pytest.mark.parametrize("where", [name for name in SITUATIONS if "/" in name])
def test_each_situation_is_what_it_is_called(where: str) -> None:
    stage, level, *rest = where.split("/")
    problem = SITUATIONS[where]().problem
    assert (problem.stage, problem.level) == (STAGES[stage], int(level))
    assert (problem.suspension is not None) == bool(rest)
