"""The description of the API says what is there: no more, and no less."""

import uuid

import pytest
from django.urls import get_resolver, resolve

from generator.config import GenerationConfig
from webapp import openapi


def test_every_operation_described_is_answered():
    """Address, name and method."""
    for operation in openapi.OPERATIONS:
        found = resolve(operation.path.replace("{id}", str(uuid.uuid4())))

        assert operation.name == found.url_name
        assert operation.method.upper() in found.func.methods


def test_every_address_of_the_api_is_described():
    """With all its methods."""
    described = {(operation.name, operation.method.upper()) for operation in openapi.OPERATIONS}

    for pattern in get_resolver().url_patterns:
        if (getattr(pattern, "name", None) or "").startswith("api-"):
            assert {(pattern.name, m) for m in pattern.callback.methods} <= described


def test_every_schema_named_is_there(client):
    """Nothing refers to what is not described."""
    document = client.get("/api/openapi.json").json()
    named = set()

    def look(value):
        if isinstance(value, dict):
            named.update([value["$ref"].rpartition("/")[2]] if "$ref" in value else [])
            value = list(value.values())
        for item in value if isinstance(value, list) else []:
            look(item)

    look(document)
    assert named <= set(document["components"]["schemas"])


@pytest.mark.parametrize("name", GenerationConfig.LIMITS)
def test_the_limits_are_the_librarys(client, name):
    """They are said in one place."""
    order = client.get("/api/openapi.json").json()["components"]["schemas"]["Order"]
    described = order["properties"][name]

    assert GenerationConfig.LIMITS[name] == (described["minimum"], described["maximum"])


@pytest.mark.django_db
def test_a_model_and_an_opening_have_the_keys_that_are_described(client, shelf):
    """As the lists of what can be chosen tell them."""
    schemas = openapi.document()["components"]["schemas"]

    for name in ("Checkpoint", "Primer"):
        key = f"{name.lower()}s"
        (row,) = client.get(f"/api/{key}").json()[key]
        assert set(schemas[name]["properties"]) == set(row)


@pytest.mark.django_db
def test_a_piece_has_the_keys_that_are_described(client, shelf):
    """As it is answered to an order."""
    schemas = openapi.document()["components"]["schemas"]["Piece"]["properties"]

    made = client.post("/api/pieces", "{}", content_type="application/json").json()

    assert set(schemas) == set(made)
    assert set(schemas["files"]["properties"]) == set(made["files"])
    assert set(schemas["parameters"]["properties"]) == set(made["parameters"])
