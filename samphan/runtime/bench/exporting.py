"""The whole base as CSV, streamed to the browser and written by the command line."""

from samphan.runtime.bench.measuring import Result, of_rows
from samphan.runtime.bench.stage import WORKSPACE, Stage

EXPORT = "/export/customers/?format=csv"


def run(stage: Stage) -> list[Result]:
    """`export_csv` over HTTP as a member, `export_csv_command` by `samphan export` with every field."""
    browser = stage.browser()
    lines, size, seconds = browser.stream_lines(EXPORT)
    browser.close()
    rows = lines - 1
    stage.say(f"{rows:,} rows, {size / 2**20:.1f} MiB over HTTP in {seconds:.1f} s")
    path = stage.home / "bench-export.csv"
    answer = stage.run("export", "customers", "--format", "csv", "--out", str(path), "--workspace", WORKSPACE, "--json")
    stage.say(f"{answer['rows']:,} rows, {path.stat().st_size / 2**20:.1f} MiB to a file in {answer['seconds']:.1f} s")
    path.unlink()
    return [
        of_rows("export_csv", rows, seconds),
        of_rows("export_csv_command", answer["rows"], answer["seconds"]),
    ]
