"""What the pages cost: as many queries for many pieces as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.webapp.factories import make_piece
from webapp.models import Status

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("address", "most"), [("/", 8), ("/pieces/", 3), ("/models/", 3)])
def test_a_page_asks_as_often_for_many_as_for_one(client, shelf, address, most):
    """No query hides in a loop of a template."""
    counts = []
    for n in (1, 3):
        for _ in range(n):
            make_piece(Status.SUCCEEDED, is_example=True, parent=make_piece(Status.SUCCEEDED))
        with CaptureQueriesContext(connection) as queries:
            assert 200 == client.get(address).status_code
        counts.append(len(queries))

    assert counts[0] == counts[1] <= most
