"""`bihuan import`: the same intake as the web page, from the command line."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from domain.local_time import day_of
from domain.roles import Actor, Role
from gateways.problem_list.annotate import annotated_workbook
from gateways.problem_list.errors import ListError
from gateways.problem_list.reading import ReadList, read_list
from gateways.temporal_client import connect
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from worker import rules_of_the_day, shifted_clock
