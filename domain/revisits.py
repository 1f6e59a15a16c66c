"""What is revisited 回头看 on site whatever is drawn, and whatever list its enterprise stands on."""

from __future__ import annotations

from domain.problem import Problem


def must_be_revisited(problem: Problem) -> str:
    """Say why a problem is revisited whatever the draw says; empty when the draw decides."""
    if problem.facts.key_content is not None:
        return "属于11项重点内容"
    if problem.entries:
        return "曾纳入督察问题清单"
    if problem.reopened:
        return "曾反弹"
    return ""
