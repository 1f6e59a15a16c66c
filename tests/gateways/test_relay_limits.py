from datetime import timedelta

import pytest

from gateways.relay_limits import limit_in


@pytest.mark.parametrize(
    "words",
    [
        "Connection frequency limited. http://service.mail.qq.com/cgi-bin/help?id=20022",
        "Domain frequency limited",
        "Ip frequency limited",
        "Sender frequency limited",
        "MI:STC 163 smtp5,D9GowACn 1416468193",
        "DT:SPM 163 smtp13,EcCowEDp please see http://mail.163.com/help/help_spam_16.htm",
        "RP:TRC",
        "HL:IFC",
        "IP is rejected, smtp auth error limit exceed",
        "sending quota exceeded",
        "Mail rejected, please try again",
        "5.7.0 Your message could not be sent. The limit on the number of allowed outgoing messages was exceeded.",
        "4.2.1 mailbox busy",
        "Failure sending mail. Try again later",
        "发送频率过快，请稍后再试",
        "超过当日发送数量限制",
        "今日发信量已达上限",
        "发送数量超出限制",
    ],
)
def test_what_a_provider_limits_is_for_now(words: str) -> None:
    limit = limit_in(words)
    assert limit is not None
    assert limit.pause >= timedelta(hours=1)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "5.1.1 no such user",
        "Mailbox not found",
        "User unknown",
        "Invalid User",
        "5.1.1 The account does not exist. Please check the address and try again",
        "user not exist, please try again",
        "5.7.1 content refused",
        "Mailbox full",
        "MI:SPB",
        "收件人不存在，请核对后再试",
    ],
)
def test_a_plain_no_stays_final(words: str) -> None:
    assert limit_in(words) is None
