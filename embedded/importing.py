"""`bihuan import`: the same intake as the web page, from the command line."""

from __future__ import annotations
