"""dxlib.dictionary: the committed data dictionary is the schemas' own, and leaves nothing out."""

from pathlib import Path

import pytest

from dxlib import messages, schema
from dxlib.dictionary import LISTS, SETTINGS, _required, dictionary
from dxlib.settings import SCHEMA

FILE = Path(__file__).resolve().parent.parent / "docs" / "data-dictionary.md"
TEXT = dictionary()


def section(name: str) -> str:
    return TEXT.split(f"\n## {name}\n")[1].split("\n## ")[0]


def test_the_committed_file_is_what_the_module_writes():
    assert FILE.read_text(encoding="utf-8") == TEXT, "make docs writes docs/data-dictionary.md again"


@pytest.mark.parametrize("table", schema.TABLES)
def test_every_table_and_column_is_in_it(table):
    rows = [line.split(" | ")[0] for line in section(table).splitlines() if line.startswith("| `")]
    assert rows == [f"| `{column}`" for column in schema.columns(table)]


def test_every_code_of_a_choice_and_every_label_is_in_it():
    assert all(
        f"`{code}`" in section("indicators") for code in (*schema.KINDS, *schema.DIRECTIONS, *schema.FREQUENCIES)
    )
    assert all(
        f"| `{code}` | " in section("Code lists")
        for group in LISTS
        for code in messages.catalogue("vi")[group]
        if code != "revised"
    )


def test_every_setting_is_in_it_and_no_other():
    names = {*SCHEMA["properties"], *SCHEMA["properties"]["dx"]["properties"]}
    assert set(SETTINGS) == names
    assert all(f"| `{name}` | " in section("datapackage.json") for name in names)


@pytest.mark.parametrize(
    ("table", "column", "required"),
    [
        ("observations", "indicator", True),
        ("observations", "value", False),
        ("observations", "status", True),
        ("observations", "qualifier", False),
        ("observations", "recorded_at", True),
        ("observations", "source", True),
        ("observations", "note", False),
        ("indicators", "pillar", False),
        ("indicators", "decimals", True),
        ("targets", "state", False),
    ],
)
def test_required_means_that_a_blank_cell_is_refused(table, column, required):
    assert _required(schema.TABLES[table].to_schema().columns[column]) is required


def test_it_is_a_pure_function():
    assert dictionary() == TEXT
