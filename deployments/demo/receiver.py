"""The demo's receiver, a process of its own as a clinic's is: what carriers call back holds up no
flow. Its clock is the simulated clinic's."""

import signal
import sys

from deployments.demo.place import SLUG
from deployments.demo.town import Town
from deployments.receiving import receivers, serving


def main(port: str, control: str) -> None:
    """Serve on loopback until whoever started it ends it."""
    town = Town(control)
    with receivers([SLUG]) as clinics, serving(clinics, int(port), town.now):
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
