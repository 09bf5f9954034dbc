"""`python -m bench.child MODULE:FUNCTION FOLDER JSON`: one side of a round, alone in a process."""

import importlib
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from bench.measure import Sample, peak_mib


def main() -> None:
    """Run the work and print its sample as the last line."""
    work, folder, arguments = sys.argv[1:4]
    module, _, function = work.partition(":")
    sample: Sample = getattr(importlib.import_module(module), function)(
        Path(folder), **json.loads(arguments)
    )
    print(json.dumps(asdict(replace(sample, peak_mib=sample.peak_mib or peak_mib()))))


if __name__ == "__main__":
    main()
