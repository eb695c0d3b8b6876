"""How well the marked claim keeps step with the video: `python benchmarks/sync.py`.

Claimline's own synchronisation runs against two others, a frame loop and one driven by YouTube's
progress reports, on one and the same page, under the stand-in for YouTube of the tests. The frame
knows the true time of its clock, the page writes down when each row is marked. With `--app` the
real watch page is measured too, with notes made for it in a temporary folder.

lag      ms between the true clock's crossing of a start and its row's being marked (either way)
wrong    share of the time in which the marked rows are not the right ones
missed   starts that were crossed and never marked
flicker  changes of the mark to a wrong place after a click, and the number of clicks
seeks    seeks that the page sent without a click
script   ms of script, and of all main-thread work, per second of playback
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import marks, pages  # noqa: E402  (found by the line above)
from tests import chromium  # noqa: E402
from tests.browser.standin.standin import Standin, install  # noqa: E402

SCRIPTS = ROOT / "static" / "js"
RECORDER = ROOT / "benchmarks" / "recorder.js"
SIZES = (50, 1_000, 10_000)
RATES = (1, 2)
OURS, FRAMES, REPORTS, APP = "claimline", "frames", "reports", "app"
DRIVERS = (OURS, FRAMES, REPORTS)
CLICKS = 4
OPENINGS = 3
SETTLE = 1500
"""Milliseconds from the first playing until the measuring begins."""
LANDS_EARLY = 0.7
TROUBLE: dict[str, object] = {
    "stalls": tuple((float(second), 0.8) for second in range(3, 20_000, 7)),
    "drift": 0.01,
}
HEAD = (
    "driver    claims rate |   n lag p50   p95 |  wrong missed | flickers,  marked seeks |"
    " script   task"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What one run is about."""

    driver: str
    claims: int
    rate: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run showed."""

    lags: tuple[float, ...]
    wrong: float
    missed: int
    flickers: int
    clicks: int
    marked_after: tuple[float, ...]
    """Milliseconds from each click until its row was marked."""
    seeks: int
    script: float
    task: float


# One run


def measure(page: Page, standin: Standin, setting: Setting) -> Figures:
    """Play the page that has just been opened, then click on some of its rows."""
    wait_until_running(page, standin)
    if setting.rate != 1:
        standin.viewer_sets_rate(page, setting.rate)
    page.wait_for_timeout(SETTLE)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    before, since = metrics(session), standin.now(page)
    page.wait_for_timeout(setting.seconds * 1000)
    after, until = metrics(session), standin.now(page)
    starts = row_starts(page)
    clicks = click_rows(page, starts, setting) if setting.rate == 1 else []

    shown, truth = marks.read_marks(page), standin.trajectory(page)
    lags, missed = marks.boundaries(shown, truth, starts, since, until)
    flickers, marked_after = marks.after_clicks(shown, truth, clicks)
    played = (until - since) / 1000
    return Figures(
        lags=tuple(lags),
        wrong=marks.wrong_share(shown, truth, starts, since, until),
        missed=missed,
        flickers=flickers,
        clicks=len(clicks),
        marked_after=tuple(marked_after),
        seeks=len(standin.commands(page, "seekTo")) - len(clicks),
        script=(after["ScriptDuration"] - before["ScriptDuration"]) * 1000 / played,
        task=(after["TaskDuration"] - before["TaskDuration"]) * 1000 / played,
    )


def wait_until_running(page: Page, standin: Standin) -> None:
    """Wait until the true clock runs; raises `TimeoutError` after ten seconds."""
    for _ in range(100):
        page.wait_for_timeout(100)
        try:
            if standin.trajectory(page).lines[-1].pace:
                return
        except LookupError:
            continue  # the frame is still to come
    raise TimeoutError("the stand-in did not begin to play")


def metrics(session: Any) -> dict[str, float]:
    """Return the seconds that the page's main thread has spent so far, by kind."""
    answer = session.send("Performance.getMetrics")
    return {metric["name"]: float(metric["value"]) for metric in answer["metrics"]}


def row_starts(page: Page) -> list[float]:
    """Return the different starts of the page's rows, sorted."""
    found = page.eval_on_selector_all(
        "[data-claim][data-start]", "rows => rows.map((row) => Number(row.dataset.start))"
    )
    return sorted(set(found))


def click_rows(page: Page, starts: Sequence[float], setting: Setting) -> list[tuple[float, float]]:
    """Click on rows here and there; return (stamp, start) of each click."""
    chance = random.Random(setting.claims)
    clicks = []
    for start in chance.sample(starts[1:-10], CLICKS):
        stamp = page.evaluate(
            """(start) => {
              const rows = document.querySelectorAll("[data-claim][data-start]");
              const row = [...rows].find((row) => Number(row.dataset.start) === start);
              const stamp = performance.timeOrigin + performance.now();
              (row.querySelector("a") ?? row).click();
              return stamp;
            }""",
            start,
        )
        clicks.append((float(stamp), start))
        page.wait_for_timeout(marks.AFTER_CLICK)
    return clicks


# The report


def run(browser: Browser, setting: Setting, faults: dict[str, Any], address: str) -> Figures:
    """Measure one setting in a browser context of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    standin = install(context, duration=setting.claims + 60.0, lands_early=LANDS_EARLY, **faults)
    context.add_init_script(path=RECORDER)
    if setting.driver == APP:
        page = pages.open_watch_page(context, setting.claims, address)
    else:
        page = pages.open_list(context, setting.driver, setting.claims)
    figures = measure(page, standin, setting)
    context.close()
    return figures


# The report


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not pass; NaN of none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("nan")


def print_figures(driver: str, claims: str, rate: int, figures: Figures) -> None:
    """Print one line of the table that `HEAD` begins."""
    clicked = "-".rjust(17)
    if figures.clicks:
        after = percentile(figures.marked_after, 0.5)
        clicked = f"{figures.flickers:>2} in {figures.clicks:<2} {after:>6.1f} ms"
    print(
        f"{driver:<9} {claims:>6} {rate:>3}x | {len(figures.lags):>3}"
        f" {percentile(figures.lags, 0.5):>7.1f} {percentile(figures.lags, 0.95):>5.0f} |"
        f" {figures.wrong:>6.1%} {figures.missed:>6} | {clicked} {figures.seeks:>5} |"
        f" {figures.script:>6.2f} {figures.task:>6.1f}",
        flush=True,
    )


def pool(results: Sequence[Figures]) -> Figures:
    """Return the figures of several runs as those of one."""
    return Figures(
        lags=tuple(lag for result in results for lag in result.lags),
        wrong=statistics.fmean(result.wrong for result in results),
        missed=sum(result.missed for result in results),
        flickers=sum(result.flickers for result in results),
        clicks=sum(result.clicks for result in results),
        marked_after=tuple(ms for result in results for ms in result.marked_after),
        seeks=sum(result.seeks for result in results),
        script=statistics.fmean(result.script for result in results),
        task=statistics.fmean(result.task for result in results),
    )


def print_comparison(results: dict[Setting, Figures]) -> None:
    """Print each driver over all sizes, and ours beside the others."""
    print(f"\nAll sizes together\n{HEAD}")
    lag: dict[tuple[str, int], float] = {}
    for driver in dict.fromkeys(setting.driver for setting in results):
        for rate in RATES:
            pooled = pool([f for s, f in results.items() if (s.driver, s.rate) == (driver, rate)])
            lag[driver, rate] = percentile(pooled.lags, 0.5)
            print_figures(driver, "all", rate, pooled)
    print()
    for driver, rate in lag:
        if driver in (OURS, APP) and (FRAMES, rate) in lag and (REPORTS, rate) in lag:
            ours, frames, reports = (lag[name, rate] for name in (driver, FRAMES, REPORTS))
            print(
                f"{driver} at {rate}x: the median lag is {ours / frames:.2f} of the frame loop's"
                f" and 1/{reports / ours:.0f} of the reports'"
            )


def print_flatness(results: dict[Setting, Figures]) -> None:
    """Print how the script's cost grows with the number of claims."""
    for driver in dict.fromkeys(setting.driver for setting in results):
        for rate in RATES:
            runs = [(s, f) for s, f in results.items() if (s.driver, s.rate) == (driver, rate)]
            costs = ", ".join(f"{f.script:.2f} ms ({s.claims:,} claims)" for s, f in runs)
            print(f"{driver} at {rate}x: script per second {costs}")


def print_size() -> None:
    """Print how much JavaScript of our own there is."""
    files = sorted(SCRIPTS.rglob("*.js"))
    total = sum(file.stat().st_size for file in files)
    print(f"own JavaScript: {total:,} bytes in {len(files)} files")


def print_interactive(browser: Browser, address: str, claims: int) -> None:
    """Print how soon the watch page answers a click."""
    took = [pages.interactive_after(browser, address, claims) for _ in range(OPENINGS)]
    print(
        f"watch page with {claims:,} claims: a click works after {statistics.median(took):.0f} ms"
        f" ({min(took):.0f} to {max(took):.0f} in {OPENINGS})"
    )


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, help="of measured playback in each run (9)")
    parser.add_argument("--quick", action="store_true", help="1,000 claims only, and 5 seconds")
    parser.add_argument("--app", action="store_true", help="measure the watch page too")
    parser.add_argument("--faults", action="store_true", help="with stalls and a drifting clock")
    parser.add_argument(
        "--only", action="append", choices=[*DRIVERS, APP], help="this one (may be repeated)"
    )
    return parser.parse_args()


def main() -> None:
    """Measure everything that the command line asks for, and print it."""
    options = parse_arguments()
    drivers = options.only or [*DRIVERS, *([APP] if options.app else [])]
    sizes = SIZES[1:2] if options.quick else SIZES
    seconds = options.seconds or (5 if options.quick else 9)
    faults = TROUBLE if options.faults else {}
    results: dict[Setting, Figures] = {}
    app = pages.serving(SIZES) if APP in drivers else nullcontext("")
    with sync_playwright() as playwright, app as address:
        browser = playwright.chromium.launch(
            executable_path=chromium.find_chromium(), args=chromium.arguments()
        )
        print(HEAD)
        for claims, rate, driver in itertools.product(sizes, RATES, drivers):
            setting = Setting(driver=driver, claims=claims, rate=rate, seconds=seconds)
            results[setting] = run(browser, setting, faults, address)
            print_figures(driver, f"{claims:,}", rate, results[setting])
        print_comparison(results)
        print_flatness(results)
        for claims in SIZES if APP in drivers else ():
            print_interactive(browser, address, claims)
        browser.close()
    print_size()


if __name__ == "__main__":
    main()
