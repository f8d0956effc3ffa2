"""What every test relies on: the same examples on every run; a longer nightly search by HYPOTHESIS_PROFILE=nightly."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, deadline=None, database=None, max_examples=100)
settings.register_profile("nightly", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-goldens` writes what is found instead of comparing with it; read the difference before committing."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/goldens with what the tests find")


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compares a text with the file `tests/goldens/NAME`."""

    def compare(name: str, found: str) -> None:
        path = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found, encoding="utf-8")
        assert path.exists(), f"{path} is missing: run with --update-goldens and read what it writes"
        assert found == path.read_text(encoding="utf-8")

    return compare
