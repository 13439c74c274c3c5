"""Write tests/fixtures/workbooks: 64 messy office files and, beside each, what must come of it.

Every file has one mess of its own (`workbook_files.py`, `workbook_cells.py`, `office_workbooks.py`) over a few invented
customers or orders. `NAME.expected.json` says the kind of record, how many rows come in, which are refused or skipped with
their reason, and some cells as they must be stored. The same seed gives the same customers; workbooks are stamped with one
fixed day.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import office_workbooks
import workbook_cells
import workbook_files
from workbook_tools import people

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "workbooks"


def write(folder: Path) -> list[Path]:
    """Write every file and its expectation anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = []
    for number, (name, function) in enumerate(
        [*workbook_files.messes, *workbook_cells.messes, *office_workbooks.messes], 1
    ):
        path = folder / f"{number:02}-{name}"
        expected = function(path, people(8, number))
        path.with_name(path.name + ".expected.json").write_text(
            json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        written.append(path)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER)
    print(len(write(parser.parse_args().to)), "files")
