from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q

from coalition.catalogue import actions
from coalition.catalogue.models import Kind


@pytest.fixture
def _no_rows(db: Any) -> None:
    """The catalogue without the rows of the coalition file."""
    for kind in Kind:
        actions.follow(kind, [], Q())
