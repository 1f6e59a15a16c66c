"""Style, script and picture: what is asked for by its content's stamp never has to be asked for again."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateways.static_files import stamp_of

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class Stamped(StaticFiles):
    """Static files, kept by browsers as long as their address names what stands in them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Give a file; whoever asks without its stamp, or with an old one, asks again each time."""
        response = await super().get_response(path, scope)
        shown = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[-1]
        response.headers["Cache-Control"] = FOR_EVER if _is_of(path, shown) else ASK_AGAIN
        return response


def _is_of(path: str, shown: str) -> bool:
    with suppress(OSError):
        return shown == stamp_of(path)
    return False
