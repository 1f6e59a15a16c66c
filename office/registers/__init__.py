"""The registers kept by list; each is one declaration, and every door is made from it."""

from __future__ import annotations

from typing import Any

from office.registers.enterprise_visits import VISITS
from office.registers.publicity import PUBLICITY
from office.registers.register import Register

REGISTERS: tuple[Register[Any], ...] = (VISITS, PUBLICITY)
