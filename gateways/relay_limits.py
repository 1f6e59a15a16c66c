"""What providers refuse with the code of a final no and mean for now: they limit how much a sender sends.

By RFC 5321 4.2.1 a 5yz is final. The large providers in China say so too when a sender, an address or a
connection has sent too much, and take the same mail later; each line names where that was seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

_AN_HOUR = timedelta(hours=1)
_A_QUARTER_DAY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class RelayLimit:
    """A limit known by its words; to try again sooner than `pause` makes it worse.

    `at_the_door` marks words that mean a limit in a refusal alone: a mail that came back was tried for days, and
    its advice to try again is for people.
    """

    provider: str
    words: re.Pattern[str]
    pause: timedelta
    at_the_door: bool = False


def _limit(
    provider: str, words: str, pause: timedelta = _AN_HOUR, *, at_the_door: bool = False
) -> RelayLimit:
    return RelayLimit(provider, re.compile(words, re.IGNORECASE), pause, at_the_door)


LIMITS = (
    # QQ and Tencent's business mail: github.com/postalserver/postal/issues/1010 (accepted within the hour)
    _limit(
        "腾讯", r"(?:connection|domain|ip|sender|user|mail|message)\s+frequency\s+(?:is\s+)?limited"
    ),
    _limit("腾讯", r"(?:connection|suspected\s+spam\s+ip).{0,40}denied|suspected\s+spam\s+ip"),
    # NetEase's list of its answers: help.163.com/09/1224/17/5RAJ4LMH00753VB8.html
    _limit("网易", r"\bMI:STC\b", _A_QUARTER_DAY),
    _limit("网易", r"\bDT:SPM\b", _A_QUARTER_DAY),
    _limit(
        "网易",
        r"\b(?:HL:(?:IHU|ICC|IFC|IFQ|MEP|REP)|MI:(?:SFQ|DMC|CEL|CCL)|RP:(?:QRC|DRC|CEL|CCL|TRC))\b",
    ),
    _limit("网易", r"auth\s+error\s+limit\s+exceed"),
    # Coremail's servers, which many governments run: emailhost.com.cn, 退信 "sending quota exceeded"
    _limit("Coremail", r"sending\s+quota\s+exceeded|ip\s+is\s+hangup"),
    # A relay of one's own: github.com/zotonic/zotonic/issues/3508
    _limit("", r"limit\s+on\s+the\s+number\s+of\s+allowed\s+outgoing\s+messages"),
    _limit(
        "",
        r"(?:rate|sending|message|frequency|connection)s?\s+limit(?:ed|s)?\b.{0,40}\b(?:exceeded|reached)",
    ),
    _limit(
        "", r"too\s+many\s+(?:connect|messages|mails|emails|recipients)|too\s+(?:fast|frequent)"
    ),
    _limit(
        "",
        r"(?:quota|limit|rate).{0,40}\b(?:per|for\s+(?:the|this|one))\s+(?:hour|day|minute)"
        r"|\b(?:hourly|daily)\b.{0,30}\b(?:quota|limit)|over\s+quota\s+for\s+the\s+(?:hour|day)",
    ),
    _limit("", r"每(?:小时|分钟|日|天).{0,10}(?:上限|限制|超限)|发信.{0,6}(?:频繁|过快|超限|上限)"),
    _limit(
        "",
        r"(?:发送|连接|投递|发信).{0,6}(?:频率|频繁|过快|超限)|(?:超过|超出).{0,8}(?:频率|数量|发送).{0,4}限制",
    ),
    _limit(
        "",
        r"(?:今日|当日|本日|单日|当天|今天|本小时|一小时|单位时间).{0,14}(?:上限|超限|限额|过多|限制)"
        r"|(?:发信|发送|外发)(?:量|数量|总数|次数|封数|邮件数).{0,8}(?:上限|超限|超出|超过|限制)",
    ),
    # 139 and whoever else asks for it: github.com/pppscn/SmsForwarder/issues/663, MailKit/issues/968
    _limit(
        "",
        r"(?:please\s+)?try\s+(?:it\s+)?again|try\s+later|请?稍[后候]再?[试投发]",
        at_the_door=True,
    ),
    # RFC 3463: 4.X.X is passing, whatever the code before it says
    _limit("", r"^4\.\d{1,3}\.\d{1,3}\b", at_the_door=True),
)


_NOBODY = re.compile(
    r"\b5\.1\.[0-9]+\b|no\s+such|unknown|not\s+(?:found|exist|a\s+valid|a\s+known)|invalid|disabled"
    r"|(?:用户|邮箱|收件人|地址|帐号|账号).{0,6}(?:不存在|无效|错误|停用)",
    re.IGNORECASE,
)
"""Whoever is unknown stays unknown, however politely one is asked to check and to try again."""


def limit_in(words: str) -> RelayLimit | None:
    """Give the limit that a refusal's words speak of; None where they are a plain no."""
    if _NOBODY.search(words):
        return None
    return next((one for one in LIMITS if one.words.search(words)), None)


def limit_in_return(rows: Iterable[str]) -> RelayLimit | None:
    """Give the limit for which a mail came back, from the rows of its report that say why."""
    why = list(rows)
    if any(_NOBODY.search(row) for row in why):
        return None
    passing = (one for one in LIMITS if not one.at_the_door)
    return next((one for one in passing if any(one.words.search(row) for row in why)), None)
