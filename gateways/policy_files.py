"""Where policies come from: `policies/<policy_id>.yaml`, checked before any life may use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from domain.deadlines import StartsFrom
from domain.policy import Policy
from gateways.policy_shape import PolicyFile
from gateways.typed_errors import in_words
from gateways.yaml_text import read_kept_yaml, read_yaml

FOLDER = Path(__file__).parent.parent / "policies"
DEFAULT = "chongqing-2024"


class PolicyFileError(ValueError):
    """A policy cannot be used; the message says which file, which field and why."""

    code = "policy_file_invalid"


class PolicyNotObeyed(PolicyFileError):
    """A policy relies on something that no rule reads; by it a life would be told wrong dates."""

    code = "policy_not_obeyed"


def load_policy(policy_id: str = DEFAULT, folder: Path = FOLDER) -> Policy:
    """Load the policy `policy_id`; raises PolicyFileError when there is none or it is unusable."""
    known = policy_ids(folder)
    if policy_id not in known:
        raise PolicyFileError(f"没有规则{policy_id}，现有：{'、'.join(known) or '无'}")
    return read_policy_file(folder / f"{policy_id}.yaml")


def policy_ids(folder: Path = FOLDER) -> tuple[str, ...]:
    """Name the policies there are."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def read_policy_file(path: Path) -> Policy:
    """Read one policy file, wherever it lies; raises PolicyFileError."""
    try:
        policy = read_policy_text(path.read_text("utf-8"), path.name)
    except OSError as error:
        raise PolicyFileError(f"规则文件{path.name}无法读取：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyFileError(f"规则文件{path.name}不是有效的YAML（UTF-8）：{error}") from error
    if policy.policy_id != path.stem:
        raise PolicyFileError(
            f"规则文件{path.name}内容有误：policy_id：应与文件名相同，现为{policy.policy_id}"
        )
    return policy


def read_policy_text(text: str, name: str) -> Policy:
    """Read the text of a policy file called `name`; raises PolicyFileError."""
    policy = _read(text, name, read_yaml)
    demand_obeyed(policy, name)
    return policy


def demand_obeyed(policy: Policy, name: str) -> None:
    """Raise PolicyNotObeyed when the policy called `name` relies on what no rule reads."""
    unread = _unread(policy)
    if unread:
        raise PolicyNotObeyed(f"规则文件{name}不能采用：{unread}")


def read_kept_policy(text: str, name: str) -> Policy:
    """Read a text that was put in force before, whether or not every field of it is obeyed.

    Raises PolicyFileError where it is none at all.
    """
    return _read(text, name, read_kept_yaml)


def _read(text: str, name: str, values_of: Callable[[str], Any]) -> Policy:
    try:
        return PolicyFile.model_validate(values_of(text)).policy()
    except ValidationError as error:
        raise PolicyFileError(f"规则文件{name}内容有误：{in_words(error)}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # YAML's own reader raises a plain ValueError for a day such as 2027-02-30.
        raise PolicyFileError(f"规则文件{name}不是有效的YAML（UTF-8）：{error}") from error


def _unread(policy: Policy) -> str:
    """Say on what a policy relies that no rule reads; empty when every field is obeyed."""
    clocks = policy.clocks
    rules = {name: getattr(clocks, name) for name in ("supplement", "redo", "rectification")}
    for name, rule in rules.items():
        if rule.starts_from is not StartsFrom.TRANSFER:
            return (
                f"clocks.{name}.starts_from：只能填transfer，自办理环节的当日起算；"
                f"自签收之日（{rule.starts_from.value}）起算只用于反馈时限（clocks.feedback）"
            )
    if policy.levels and policy.levels[0].after_working_days:
        return "levels.第1项.after_working_days：纳入清单即为第1级督办，须为0"
    if policy.levels and policy.levels[0].at_facts:
        return "levels.第1项.at_facts：纳入清单即为第1级督办，无须另列直达情形"
    return ""
