"""What people read about the rules is what is tested."""

from pathlib import Path

import pytest

from tests.spec import metric_page
from tests.spec.render import PAGE, SPECS, page
from tests.spec.table import rows


def test_the_page_of_rules_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.spec.render`"


def test_the_page_of_metrics_is_current():
    found = metric_page.PAGE.read_text(encoding="utf-8")
    assert found == metric_page.page(), "run `python -m tests.spec.render`"


def test_every_spec_with_tables_is_on_the_page():
    specs = Path(__file__).parent.glob("test_*.py")
    with_tables = {
        path.stem.removeprefix("test_") for path in specs if "\nTABLES = " in path.read_text()
    }
    assert with_tables == set(SPECS)


def test_a_row_of_another_width_is_refused():
    with pytest.raises(ValueError, match="1 cells, not 2"):
        rows("a | b\n1 | 2\n1")
