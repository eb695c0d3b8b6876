"""What the pages weigh."""

from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "static" / "js"


def test_our_own_scripts_together_stay_below_30_000_bytes():
    sizes = {path: path.stat().st_size for path in SCRIPTS.rglob("*.js")}
    assert len(sizes) > 10
    assert sum(sizes.values()) < 30_000
