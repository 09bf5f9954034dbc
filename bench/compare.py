"""The benchmarks by name: how large, how often, in which turns, and what is claimed of each."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bench.codec import BENEFITS, SEGMENTS
from bench.measure import Sample, cpu, in_child, in_turns, wall
from bench.row import Row


@dataclass(frozen=True)
class Size:
    """How much is measured: the short form is a smoke test, the long one adds far more clinics."""

    quick: bool = False
    long: bool = False

    def pick(self, full: int, quick: int) -> int:
        """The full number, or the short form's."""
        return quick if self.quick else full


def load(size: Size) -> list[Row]:
    """Contracts, ledger and warehouse, beside dlt and bare DuckDB."""
    rows = size.pick(100_000, 2_000)
    sides = {
        "ours": partial(in_child, "bench.load:ours", rows=rows),
        "dlt": partial(in_child, "bench.load:theirs", rows=rows, disposition="merge"),
        "append": partial(in_child, "bench.load:theirs", rows=rows),
        "bare": partial(in_child, "bench.load:bare", rows=rows),
    }
    found = in_turns(sides, size.pick(3, 1))
    ours, facts = wall(found["ours"]), found["ours"][-1].facts
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in facts.items())
    name = f"load {rows:,} appointments"
    peak = max(one.peak_mib for one in found["ours"])
    return [
        Row("load", f"{name}: rate, of dlt's upsert", wall(found["dlt"]) / ours, 2, unit="x",
            note=f"ours {ours:.1f} s ({parts}); dlt {wall(found['dlt']):.1f} s"),
        Row("load", f"{name}: rate, of dlt's plain append", wall(found["append"]) / ours, unit="x",
            note=f"append cannot be repeated safely; {wall(found['append']):.1f} s"),
        Row("load", f"{name}: CPU, of dlt's upsert", cpu(found["ours"]) / cpu(found["dlt"]),
            unit="x"),
        Row("load", f"{name}: share of bare DuckDB's rate", 100 * wall(found["bare"]) / ours,
            unit=" %", note="bare: newline JSON, no contract, no ledger, no encryption"),
        Row("load", f"{name}: peak memory", peak, 1024, "at most", " MiB",
            note=f"the fetched rows included; dlt {max(s.peak_mib for s in found['dlt']):.0f} MiB"),
    ]  # fmt: skip


def score(size: Size) -> list[Row]:
    """Features, model and reasons, beside bare SQL and bare booster."""
    rows = size.pick(100_000, 3_000)
    found = in_child("bench.score:both", rows=rows, rounds=size.pick(5, 1))
    bare = found.facts["bare"]
    note = f"ours {found.wall:.2f} s, bare {bare:.2f} s"
    return [
        Row("score", f"score {rows:,} visits with reasons: time, of bare SQL and booster",
            found.wall / bare, 3, "at most", "x", note)
    ]  # fmt: skip


def dispatch(size: Size) -> list[Row]:
    """Planning and sending, beside the bare SDK."""
    messages = size.pick(5_000, 200)
    sides = {
        "ours": partial(in_child, "bench.dispatch:ours", messages=messages),
        "bare": partial(in_child, "bench.dispatch:bare", messages=messages),
    }
    found = in_turns(sides, size.pick(5, 1))
    ours, bare = found["ours"], found["bare"]
    name = f"plan and dispatch {messages:,} texts, 8 threads"
    note = f"ours {messages / wall(ours):.0f} a second, SDK {messages / wall(bare):.0f}"
    return [
        Row("dispatch", f"{name}: share of the bare SDK's rate", 100 * wall(bare) / wall(ours), 50,
            unit=" %", note=note),
        Row("dispatch", f"{name}: CPU, of the bare SDK", cpu(ours) / cpu(bare), unit="x",
            note="every message durable (synchronous=FULL) before its request"),
    ]  # fmt: skip


def flow_start(size: Size) -> list[Row]:
    """From a run's process to its first task."""
    found = in_child("bench.flow_start:both", rounds=size.pick(7, 1))
    empty = found.facts["empty"]
    return [
        Row("flow_start", "process start to first task, of an empty Prefect flow",
            found.wall / empty, 1.3, "at most", "x",
            f"ours {found.wall:.2f} s, empty {empty:.2f} s"),
        Row("flow_start", "tasks of one run", found.facts["tasks"], 20, "at most"),
    ]  # fmt: skip


def deploy(size: Size) -> list[Row]:
    """`ptclinic deploy` on a real server."""
    clinics = size.pick(50, 2)
    found = in_child("bench.deploy:deploy", clinics=clinics)
    name = f"ptclinic deploy, {clinics} clinics"
    facts = found.facts
    return [
        Row("deploy", f"{name}: nothing changed", facts["unchanged"], 15, "at most", " s"),
        Row("deploy", f"{name}: one clinic changed", facts["changed"], 25, "at most", " s"),
        Row("deploy", f"{name}: all new, a deployment", facts["each"], unit=" s",
            note=f"{facts['count']:.0f} deployments in {found.wall:.0f} s"),
    ]  # fmt: skip


def worker(size: Size) -> list[Row]:
    """How many runs an hour one worker starts and finishes."""
    clinics, rounds = size.pick(12, 2), size.pick(2, 1)
    facts = in_child("bench.worker:capacity", clinics=clinics, rounds=rounds).facts
    name = "one worker, --limit 4"
    return [
        Row("worker", f"{name}: reminders runs an hour", facts["ours"],
            note=f"{clinics} clinics in turn; plan for half of it"),
        Row("worker", f"{name}: share of empty flows an hour", 100 * facts["ours"] / facts["empty"],
            unit=" %", note=f"{facts['empty']:.0f} empty runs an hour"),
    ]  # fmt: skip


def webhooks(size: Size) -> list[Row]:
    """The event path: how soon a callback is thanked for, and a patient answered.

    What may be lost or doubled there is counted by `make callbacks`.
    """
    count = size.pick(6_000, 100)
    one = in_child("bench.webhooks:answered", count=count, rate=100).facts
    warm = in_child("bench.webhooks:reply", rounds=size.pick(60, 2)).facts
    cold = in_child("bench.worker:fresh", rounds=size.pick(9, 1)).facts
    said = "text in to answer out, `ptclinic attend`"
    return [
        Row("webhooks", "webhook answered at 100 a second, one clinic: p99", one["p99"], 50,
            "at most", " ms", f"p50 {one['p50']:.0f} ms; FastAPI that keeps nothing: p50"
            f" {one['bare_p50']:.1f} ms, p99 {one['bare_p99']:.1f} ms"),
        Row("webhooks", f"{said}: p50", warm["p50"], 2, "at most", " s"),
        Row("webhooks", f"{said}: p95", warm["p95"], 5, "at most", " s"),
        Row("webhooks", "a run that handles a reply, of an empty flow's", cold["ours"] /
            cold["empty"], 1.2, "at most", "x",
            f"ours {cold['ours']:.1f} s, empty {cold['empty']:.1f} s"),
    ]  # fmt: skip


def day(size: Size) -> list[Row]:
    """One clinic's day, then more clinics in one process."""
    patients, steps = size.pick(200, 20), size.pick(56, 2)
    one = in_child("bench.day:day", patients=patients, steps=steps)
    name = f"a day of a {patients}-patient clinic, {steps} runs in process"
    sent = f"{one.facts['accepted']} messages accepted"
    rows = [
        Row("day", f"{name}: wall clock", one.wall, unit=" s", note=f"vendors included; {sent}"),
        Row("day", f"{name}: CPU", one.cpu, unit=" s", note=f"{one.cpu / steps:.2f} s a run"),
        Row("day", f"{name}: peak memory", one.peak_mib, unit=" MiB"),
    ]
    many = [1, 10, 100] if size.long else [1, size.pick(10, 2)]
    work = partial(in_child, "bench.day:day", patients=size.pick(40, 10), steps=size.pick(16, 1))
    found = {count: work(clinics=count) for count in many}
    first = found[1].facts["cpu_each"]
    return rows + [_many(count, found[count], first) for count in many[1:]]


def _many(count: int, found: Sample, first: float) -> Row:
    each = found.facts["cpu_each"]
    note = f"one alone {first:.2f} s, one of {count} {each:.2f} s"
    claim = f"CPU a clinic, {count} clinics in a process, of one alone"
    return Row("day", claim, each / first, 1.15, "at most", "x", note)


def inquiries(size: Size) -> list[Row]:
    """Questions to a payer that takes a second, fifty at once, beside what that allows."""
    count, in_flight, seconds = size.pick(2_000, 40), size.pick(50, 10), 1.0 / size.pick(1, 10)
    found = in_child("bench.inquiries:ours", inquiries=count, in_flight=in_flight, seconds=seconds)
    ideal = -(-count // in_flight) * seconds
    name = f"{count:,} questions to a payer that takes {seconds:g} s, {in_flight} at once"
    rate, grown = count / found.wall, found.facts["grown"]
    return [
        Row("inquiries", f"{name}: share of the ideal rate", 100 * ideal / found.wall, 90,
            unit=" %", note=f"{rate:.1f} a second of {count / ideal:.0f};"
            f" at most {found.facts['most']} were on their way"),
        Row("inquiries", f"{name}: memory grown after the first quarter", grown, 8, "at most",
            " MiB", note=f"peak {found.peak_mib:.0f} MiB"),
        Row("inquiries", f"{name}: CPU a question", 1000 * found.cpu / count, unit=" ms"),
    ]  # fmt: skip


def codec(size: Size) -> list[Row]:
    """Answers of payers read and summarised, questions written: each on one core."""
    count, rounds = size.pick(60, 5), size.pick(60, 1)
    read = in_child("bench.codec:read_and_summarize", count=count, rounds=rounds).facts
    built = in_child("bench.codec:build", count=size.pick(1_000, 20), rounds=rounds // 2 + 1).facts
    name = f"a {SEGMENTS}-segment 271 with {BENEFITS} benefits"
    note = f"pyx12 {read['theirs']:.0f} a second of CPU, ours reads {read['read']:.0f}; best rounds"
    return [
        Row("codec", f"read and summarise {name}: rate, of pyx12's segment reader",
            read["ours"] / read["theirs"], 4, unit="x", note=note),
        Row("codec", f"read {name}: rate, of pyx12's segment reader",
            read["read"] / read["theirs"], unit="x"),
        Row("codec", f"read and summarise {name}: a second of CPU", read["ours"], 2_500),
        Row("codec", f"read and summarise {name}, each another member's: a second of CPU",
            read["others"]),
        Row("codec", "270 built: a second of CPU", built["rate"], 20_000),
    ]  # fmt: skip


def remittance(size: Size) -> list[Row]:
    """A remittance of ten thousand claims, and whether its time grows as the claims do."""
    many = size.pick(10_000, 200)
    counts = {"few": many // 100, "some": many // 10, "many": many}
    work = "bench.remittance:judged"
    rounds = size.pick(5, 1)
    sides = {name: partial(in_child, work, claims=count) for name, count in counts.items()}
    found = in_turns(sides, rounds)
    # The best round: what else a machine does is not the reader's.
    best = {name: min(one.cpu for one in samples) for name, samples in found.items()}
    each = {name: 1e6 * best[name] / count for name, count in counts.items()}
    name = f"read and judge an 835 of {many:,} claims"
    told = ", ".join(f"{counts[one]:,} claims {each[one]:.0f} us" for one in counts)
    peak = max(one.peak_mib for one in found["many"])
    return [
        Row("remittance", f"{name}: wall clock", min(one.wall for one in found["many"]), unit=" s",
            note=f"the best of {rounds}"),
        Row("remittance", f"{name}: CPU", best["many"], unit=" s", note=f"a claim: {told}"),
        Row("remittance", f"{name}: CPU a claim, of one with {counts['few']:,}",
            each["many"] / each["few"], 1.25, "at most", "x", note="linear"),
        Row("remittance", f"{name}: CPU a claim, of one with {counts['some']:,}",
            each["many"] / each["some"], 1.25, "at most", "x", note="linear"),
        Row("remittance", f"{name}: peak memory", peak, unit=" MiB"),
    ]  # fmt: skip


_LONG_FLEET = 1_000


def cohort(size: Size) -> list[Row]:
    """A clinic's morning by the years behind it, and a fleet's benchmark beside bare DuckDB."""
    clinics = _LONG_FLEET if size.long else size.pick(50, 2)
    return _mornings(size) + rebuilding(clinics, size.pick(20_000, 400))


def _mornings(size: Size) -> list[Row]:
    rounds = size.pick(5, 1)
    work = partial(in_child, "bench.cohort:mornings", rounds=rounds)
    short, long = work(days=size.pick(91, 21)), work(days=size.pick(1_095, 42))
    parts = {one: long.facts[one] / short.facts[one] for one in ("steps", "report")}
    name = "a morning's refresh with 3 years of history"
    note = f"CPU {long.cpu:.2f} s and {short.cpu:.2f} s: load, publish, metrics, benchmark, report"
    return [
        Row("cohort", f"{name}: CPU, of one with 3 months", long.cpu / short.cpu, 1.3, "at most",
            "x", note),
        Row("cohort", f"{name}: the same without the report", parts["steps"], unit="x",
            note=f"{long.facts['steps']:.2f} s and {short.facts['steps']:.2f} s;"
            f" the report alone {parts['report']:.2f}x"),
    ]  # fmt: skip


def rebuilding(clinics: int, visits: int) -> list[Row]:
    """A fleet's benchmark from nothing, beside bare DuckDB on the same files."""
    with tempfile.TemporaryDirectory(prefix="ptclinic-fleet-") as fleet:
        whole = {"fleet": fleet, "clinics": clinics}
        in_child("bench.cohort:make_fleet", **whole, visits=visits, days=1_095)
        sides = {
            "ours": partial(in_child, "bench.cohort:rebuilt", **whole),
            "bare": partial(in_child, "bench.cohort:bare", **whole),
        }
        found = in_turns(sides, 1)
    ours, bare = found["ours"][0], found["bare"][0]
    name = f"the benchmark of {clinics:,} clinics with {visits:,} visits each, made anew"
    facts = ours.facts
    # Kept beside the short form's rows: it takes a quarter of an hour and is run by itself.
    kind = "cohort-long" if clinics >= _LONG_FLEET else "cohort"
    return [
        Row(kind, f"{name}: CPU, of bare DuckDB", ours.cpu / bare.cpu, 2, "at most", "x",
            f"ours {ours.cpu:.1f} s, bare {bare.cpu:.1f} s: the same encrypted files and sums"),
        Row(kind, f"{name}: peak memory", ours.peak_mib, 2_048, "at most", " MiB",
            f"{facts['cells']:,} cells in {facts['mib']:.1f} MiB"),
    ]  # fmt: skip


def report(size: Size) -> list[Row]:
    """The owner's report, from the published snapshot to the page's file."""
    found = in_child("bench.owner_report:built", rounds=size.pick(7, 1))
    note = f"the first of its process {found.facts['first']:.2f} s; CPU {found.cpu:.2f} s"
    name = "the owner's report: effect, 10,000 draws of dollars, all charts, from a snapshot"
    return [Row("report", name, found.wall, 3, "at most", " s", note)]


BENCHES: dict[str, Callable[[Size], list[Row]]] = {
    "load": load,
    "score": score,
    "dispatch": dispatch,
    "flow-start": flow_start,
    "deploy": deploy,
    "worker": worker,
    "webhooks": webhooks,
    "day": day,
    "inquiries": inquiries,
    "codec": codec,
    "remittance": remittance,
    "cohort": cohort,
    "report": report,
}
