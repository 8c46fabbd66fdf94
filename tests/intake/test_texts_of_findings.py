"""Every rule that the intake can find has its sentence in both languages, with the fields that it is given."""

import re
from pathlib import Path

import dxlib
from dxlib import checks
from dxlib.intake.headings import USUAL
from dxlib.messages import LANGUAGES, catalogue
from dxlib.settings import COLUMNS
from tests.conftest import ROOT

SOURCES = sorted((Path(dxlib.__file__).parent / "intake").glob("*.py"))
TOLD = re.compile(
    r'(?:Finding|tell|_Refused)\(\s*"([a-z_0-9]+)"|self\.at\([^"\n]*"[a-z_]+"[^"\n]*(?:"[a-z_]+"[^"\n]*)?, "([a-z_0-9]+)", "(?:error|warning|note)"'
)


def rules() -> set[str]:
    found = {one[1] or one[2] for path in SOURCES for one in TOLD.finditer(path.read_text(encoding="utf-8"))}
    listed = {f"unexplained_{'estimate' if name == 'full_year_estimate' else name}" for name in checks.EXPLAINED}
    named = {f"{kind}_{what}" for kind in ("unknown", "ambiguous") for what in ("indicator", "area", "task", "decision")}
    return found | listed | named | set(checks.LEVELS)


def test_every_rule_has_its_sentence_in_both_languages():
    assert len(rules()) > 60
    for language in LANGUAGES:
        assert rules() - set(catalogue(language)["finding"]) == set()


def test_every_sentence_is_of_a_rule():
    source = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES, Path(checks.__file__)])
    unused = {rule for rule in catalogue("vi")["finding"] if f'"{rule}"' not in source and rule not in rules()}
    assert unused == set()


def test_the_settings_know_every_field_that_a_heading_can_be():
    assert set(COLUMNS) == set(USUAL)


def test_the_guide_names_every_content_rule():
    guide = (ROOT / "docs" / "intake.md").read_text(encoding="utf-8")
    assert [rule for rule in checks.LEVELS if f"`{rule}`" not in guide] == []
