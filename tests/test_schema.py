"""Laws of the schema: every list is whole, every reference leads somewhere, every code has its words."""

import json
import re

import numpy as np
import pandas as pd
import pandera.errors
import pytest

import dxlib
from dxlib import dataset, pacing, schema, scoring, settings, tasks
from dxlib.messages import LANGUAGES, catalogue, label
from dxlib.names import IDENTIFIER
from tests.conftest import ROOT

COLUMNS = [(table, column) for table in schema.TABLES for column in schema.columns(table)]
PACKAGES = sorted(path.parent for path in (ROOT / "data").glob("*/datapackage.json"))

# Codes that are looked up while running, so that no search of the source finds them.
NAMED = {
    "kind": schema.KINDS,
    "operator": schema.OPERATORS,
    "status": schema.STATUSES,
    "qualifier": [code for code in schema.QUALIFIERS if code],
    "decision_kind": [code for code in schema.DECISION_KINDS if code],
    "ladder": [str(step) for step in range(schema.LAST_STEP + 1)],
    "band": [*(band.id for band in schema.BANDS), "not_met", "not_assessed"],
    "band_sentence": [*(band.id for band in schema.BANDS), "not_met", "not_assessed"],
    "pace": [*(band.id for band in schema.PACE), "not_determined"],
    "verdict": scoring.VERDICTS,
    "moved": pacing.MOVES,
    "task": tasks.STATUSES,
    "lacking": tasks.LACKING,
    "expected": {
        column.metadata["expected"] for table in schema.TABLES.values() for column in table.to_schema().columns.values()
    }
    - {""},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", NAMED)
def test_every_code_has_its_words(group, language):
    assert set(NAMED[group]) <= set(catalogue(language)[group])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", sorted(set(NAMED) - {"expected"}))
def test_no_two_codes_of_a_list_share_their_words(group, language):
    words = [label(language, group, code, target="{target}", upper="{upper}") for code in NAMED[group]]
    assert len(set(words)) == len(words)


def test_every_kind_says_which_operators_suit_it():
    assert set(schema.OPERATORS_OF) == set(schema.KINDS)
    assert all(operators for operators in schema.OPERATORS_OF.values())
    assert {operator for operators in schema.OPERATORS_OF.values() for operator in operators} == set(schema.OPERATORS)


def test_every_operator_says_which_way_is_better():
    assert set(schema.DIRECTION_OF) == set(schema.OPERATORS)
    assert set(schema.DIRECTION_OF.values()) == set(schema.DIRECTIONS)


@pytest.mark.parametrize(
    "name", [name for name, value in vars(schema).items() if name.isupper() and type(value) is tuple]
)
def test_no_list_names_a_code_twice(name):
    assert len(set(getattr(schema, name))) == len(getattr(schema, name))


@pytest.mark.parametrize("bands, first", [(schema.BANDS, 100), (schema.PACE, 105)])
def test_the_default_bands_obey_the_rules_for_a_committees_own(bands, first, tmp_path):
    given = [{"id": band.id, "closed": band.closed} | ({"edge": band.edge} if band.edge else {}) for band in bands]
    place = "dx/pace" if bands is schema.PACE else "dx/band_sets/default"
    assert settings._bands(tmp_path, place, given) == bands
    assert bands[0].edge == first


def test_a_table_is_either_required_or_optional():
    assert not set(schema.REQUIRED) & set(schema.OPTIONAL)
    assert list(schema.TABLES) == [*schema.REQUIRED, *schema.OPTIONAL]


@pytest.mark.parametrize("table, column", schema.REFERENCES)
def test_a_reference_leads_from_a_column_that_is_there_to_an_id(table, column):
    other = schema.REFERENCES[table, column]
    assert schema.columns(table)[column] == "text"
    assert schema.columns(other)[schema.IDS[other]] == "text"


@pytest.mark.parametrize("table, column", schema.LISTED)
def test_a_listed_id_leads_to_a_list_of_the_settings(table, column):
    assert schema.columns(table)[column] == "text"
    assert schema.LISTED[table, column] in settings.SCHEMA["properties"]["dx"]["properties"]


def test_a_column_with_the_name_of_an_id_refers_to_it():
    """A new table with an `owner` cannot be forgotten in the list of references."""
    ids = {column: table for table, column in schema.IDS.items()}
    refer = {(table, column): ids[column] for table, column in COLUMNS if column in ids and ids[column] != table}
    assert refer.items() <= schema.REFERENCES.items()


@pytest.mark.parametrize("table, column", dataset.KNOWN_FROM.items())
def test_the_day_from_which_a_row_is_known_is_a_date(table, column):
    assert schema.columns(table)[column] == "date"


def test_every_table_with_a_day_of_record_is_read_as_it_was_known():
    """A table whose rows are added over time must not show tomorrow's rows in yesterday's review."""
    dated = {table for table, column in COLUMNS if column in ("recorded_at", "decided_on", "received_on")}
    assert dated <= set(dataset.KNOWN_FROM)


@pytest.mark.parametrize("table, column", COLUMNS)
def test_every_column_can_stand_in_a_data_package(table, column):
    about = schema.TABLES[table].to_schema().columns[column]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", column)
    assert about.description.strip()
    assert schema.columns(table)[column] in ("text", "number", "date")
    assert schema.TABLES[table].__doc__.strip()


@pytest.mark.parametrize("table", schema.TABLES)
def test_the_columns_that_tell_rows_apart_are_there(table):
    assert set(schema.TABLES[table].to_schema().unique or []) <= set(schema.columns(table))


CELLS = {
    "text": ["", "a", "a;b", "A b", "a\n", "2024-Q1", "2024-Q5", "province", "quarter", "higher", "received"],
    "number": [np.nan, -1.0, 0.0, 0.5, 6.0, 7.0, 1990.0, 2101.0],
    "date": [pd.NaT, pd.Timestamp("2024-03-31")],
}


@pytest.mark.parametrize("table, column", COLUMNS)
def test_a_table_holds_exactly_where_pandera_finds_nothing(demo, table, column):
    two = demo[table].head(2)
    twice = pd.concat([two.head(1)] * 2, ignore_index=True)
    for cell in CELLS[schema.columns(table)[column]]:
        other = two.assign(**{column: cell})
        for frame in (two, twice, two.head(0), other, other.head(1)):
            try:
                schema.checks(table).validate(frame, lazy=True)
                passes = True
            except pandera.errors.SchemaErrors:
                passes = False
            assert schema.holds(table, frame) == passes, (cell, frame)


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_a_data_package_describes_its_tables_as_they_are_read(folder):
    """Anyone may read the package with Frictionless tools: its descriptor must not say otherwise than dxlib does."""
    types = {"string": "text", "number": "number", "date": "date"}
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    described = {
        resource["name"]: {field["name"]: types[field["type"]] for field in resource["schema"]["fields"]}
        for resource in package["resources"]
    }
    assert {f"{name}.csv" for name in described} == {path.name for path in folder.glob("*.csv")}
    for name, fields in described.items():
        assert fields == schema.columns(name)
        heading = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert heading.split(",") == list(fields)
    for resource in package["resources"]:
        assert resource["path"] == f"{resource['name']}.csv" and resource["encoding"] == "utf-8"


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_the_packages_here_are_right(folder):
    assert dxlib.load(folder).tables


@pytest.mark.parametrize("pattern", [IDENTIFIER, schema._IDS, schema._PERIOD, schema._PLAIN])
@pytest.mark.parametrize("text", ["a\n", "2024-Q1\n", "a\x00", "a\u202e"])
def test_no_pattern_lets_a_hidden_end_through(pattern, text):
    """`$` would match before a newline (hazards: Reading files)."""
    if pattern == schema._PLAIN and text.endswith("\n"):
        return  # a cell of several lines is text
    assert re.match(pattern, text) is None


@pytest.mark.parametrize(
    "text", ["20\uff12\uff14-Q1", "2024-Q\uff11", "2024-Q5", "2024-Q0", "1824-Q1", "Q1-2024", "2024-q1"]
)
def test_a_period_on_disk_has_one_spelling_in_ascii(text):
    """Periods are compared as text: a full-width digit would make a quarter of its own."""
    assert re.match(schema._PERIOD, text) is None


@pytest.mark.parametrize("text", ["Ho-so", "hồ-sơ", "-a", ".a", "_a", "a b", "a;b", "a/b", "a\\b", "", "\u0661"])
def test_an_id_is_safe_in_a_path_and_in_a_list(text):
    assert re.match(IDENTIFIER, text) is None
