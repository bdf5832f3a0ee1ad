"""The reference pages of methods say what the code computes."""

from __future__ import annotations

import pytest

from tools.methods import drawing


@pytest.mark.any_database
@pytest.mark.parametrize("name", drawing.PAGES)
def test_page_of_a_method_is_as_the_code_computes(name: str) -> None:
    page = (drawing.FOLDER / f"{name}.md").read_text(encoding="utf-8")

    assert page == drawing.drawn(name), "Stale: python -m tools.methods draws it anew."
