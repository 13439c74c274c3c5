"""The command that measures: bench."""

from pathlib import Path
from typing import Any

from samphan.runtime.cli import Call, CommandFailed, command

SUBJECTS = ("lists", "record", "search", "import", "export", "api", "fields")


def add_to(commands: Any) -> None:
    bench = command(commands, "bench", run_bench, help_text="Measure Samphan on a throw-away home.")
    bench.add_argument("subject", choices=SUBJECTS, help="what to measure")
    bench.add_argument("--customers", type=int, metavar="N", help="default: as many as a kept home holds, or 100,000")
    bench.add_argument("--home", metavar="FOLDER", help="a home to keep, and to take up again next time")


def run_bench(call: Call) -> dict[str, Any]:
    """Make a company of N customers, serve it, and measure one subject as its owner."""
    from samphan.runtime.bench import api, exporting, fields, importing, lists, searching, timelines
    from samphan.runtime.bench.stage import stage

    options = call.options
    if options.customers is not None and not 1 <= options.customers <= 20_000_000:
        raise CommandFailed("--customers takes a number from 1 to 20,000,000.")
    measure = {
        "lists": lists.run, "record": timelines.run, "search": searching.run, "import": importing.run,
        "export": exporting.run, "api": api.run, "fields": fields.run,
    }  # fmt: skip
    home = Path(options.home).absolute() if options.home else None
    with stage(call.environment, options.customers, home=home, say=call.say) as ready:
        results = measure[options.subject](ready)
    if not call.wants_json:
        for result in results:
            print(f"{result.op:20} n {result.n:>9,}  p50 {result.p50_ms}  p95 {result.p95_ms}  /s {result.per_second}")
    return {"size": ready.size, "results": [result.as_json() for result in results]}
