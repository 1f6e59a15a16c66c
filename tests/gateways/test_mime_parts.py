"""What a mail says is read as it was meant, however its writer spelled it."""

from __future__ import annotations

from gateways.mime_parts import without_tags


def test_every_entity_of_html_is_read_as_the_sign_it_stands_for() -> None:
    said = "<p>&#36864;&#x4fe1;&nbsp;&nbsp;&lt;x@y.example&gt;</p><p>550&#58;&ensp;&amp;lt;</p>"
    assert without_tags(said).splitlines() == ["退信 <x@y.example>", "550:\u2002&lt;"]
