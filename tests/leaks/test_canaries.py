"""Planted texts go through every flow, and through failures deep in each task: no byte has them."""

import importlib
import inspect
import pkgutil
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import yaml
from prefect import Task, flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.events import Event
from prefect.settings import (
    PREFECT_API_DATABASE_CONNECTION_URL,
    PREFECT_API_URL,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)
from sqlalchemy import func, select

import tasks
from data_contracts.inbound import InboundEvent, InboundKind
from ledger.schema import inbox, patients, quarantine
from tasks.book import Synced, sync_book
from tasks.erasing import erase
from tasks.guard import SafeError, guarded_flow
from tasks.keeping import keep_inbound
from tasks.planning import plan_messages
from tasks.restoring import restore_clinic
from tasks.room import room
from tests.cast import NOW
from tests.leaks.broken_answers import BAD_ROWS, CARRIER, MAPPING, PRACTICE, REPORT
from tests.leaks.planted import ADDRESS, MEMBER, PLANTED, TEMPLATE, WORDS, Panic, Poison
from tests.leaks.prefect_export import export
from tests.leaks.saboteur import struck
from tests.leaks.scanner import hits, scan
from tests.spec.table import rows

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(600)]

STRIKES = """
    task             | strikes in                                      | with
    reconcile        | ledger.records:waiting_inbound                  | error
    drain            | ledger.records:waiting_inbound                  | error
    attend           | ledger.records:waiting_inbound                  | error
    sync_book        | connectors.practice.cliniko_nouns:patient_of    | error
    sync_book        | ledger.keys:keyed_hash                          | error
    sync_book        | rules.minority:adult_from                       | panic
    score_book       | warehouse.load:load_visits                      | error
    plan_messages    | rules.ladder:plan_book                          | error
    dispatch         | ledger.people:identity                          | error
    dispatch         | ledger.outbox:start_all                         | error
    dispatch         | connectors.messaging.twilio_sms:send            | error
    dispatch         | connectors.messaging.twilio_sms:send            | panic
    write_book       | ledger.requests:_next                           | error
    open_slots       | ledger.freed:since                              | error
    offer_slots      | ledger.slots:live_slots                         | error
    read_policies    | connectors.practice.cliniko_card:cards_of       | error
    choose_inquiries | tasks.choosing:_due                             | error
    ask_payers       | ledger.inquiries:replied                        | error
    count_down       | ledger.next_visit:next_visits                   | error
    note_coverage    | tasks.coverage_notes:_due                       | error
    show_book        | prefect.artifacts:create_table_artifact         | error
    load_facts       | ledger.store:pseudonym                          | error
    measure          | warehouse.metric_sql:run_metric                 | error
    into_benchmark   | ledger.store:pseudonym                          | error
    report           | warehouse.report.page:_change                   | error
    write_to_owner   | ledger.letters:begin_letter                     | error
    train_model      | models.no_show.registry:save                    | error
    check_invariants | rules.invariants:breaches                       | error
    verify_audit     | ledger.audit:flaws                              | error
    keep_retention   | rules.retention:kept_until                      | error
    back_up_ledger   | ledger.backup:_signed                           | error
    back_up_keys     | ledger.keys:copy_to                             | error
    tidy_copies      | ledger.key_copies:drop_old_key_copies           | error
    keep_connected   | ledger.store:open_ledger                        | error
    read_charges     | ledger.claims:keep_charges                      | error
    coordinate_claims | ledger.second_claims:to_coordinate            | error
    examine_claims   | rules.claim_assembly:draft_of                   | error
    file_claims      | ledger.claims:open_claims                       | error
    send_claim_files | ledger.claim_files:planned                      | error
    take_claim_answers | ledger.remittances:keep_payments              | error
"""
"""Each names a function with a patient or their rows in hand; `dispatch` sends in threads."""
LATER = NOW + timedelta(hours=2)
HELD = (patients, inbox, quarantine)
SYNCED = Synced(1, 1, 0, 0, "accepted", (), ({"contract": "one", "holds": "yes"},), "all hold")
OPEN = ("Openly-Qzorbet", "openly.qzorbet@example.com", "3035550180", "1933-02-27")
"""Planted where they must not be, to see them found."""


def deployed_flows():
    """Every flow that prefect.yaml deploys."""
    content = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text())
    for one in content["deployments"]:
        module, _, name = one["entrypoint"].rpartition(".")
        yield getattr(importlib.import_module(module), name)


def all_tasks():
    """Every Prefect task of the product, by its name in the code."""
    for module in pkgutil.iter_modules(tasks.__path__, "tasks."):
        there = importlib.import_module(module.name)
        for name, one in vars(there).items():
            if isinstance(one, Task) and one.fn.__module__ == module.name:
                yield name, one


def failing(call, *words, **named):
    """Calls what must fail behind the guard; the reference of what it kept."""
    with pytest.raises(SafeError) as failed:
        call(*words, **named)
    return failed.value.ref


def a_day(site):
    """Every deployed flow, with patients who are reminded in the clinic's own words."""
    reached = [site.plant()[1] for _ in range(2)]
    site.charge("C1")
    done = [one("northside", NOW) for one in deployed_flows()]
    assert len(done) >= 7
    bodies = [one["body"] for number in reached for one in site.sandbox.texts(number)]
    assert len(bodies) == 2
    assert all(TEMPLATE in body for body in bodies)


def a_reply(name):
    """What a patient wrote, as the receiver keeps it."""
    with room("northside") as here:
        event = {"clinic": "northside", "dedupe_key": name, "kind": InboundKind.TEXT}
        more = {"from_number": "+13035550186", "body": f"{WORDS} {ADDRESS} {MEMBER}"}
        keep_inbound(here, InboundEvent(**event, **more, received_at=NOW))


def an_import(site, monkeypatch):
    """Rows of a report file through the command, good and bad ones."""
    from deployments.command import main

    (site.written / "old.yaml").write_text(MAPPING)
    (site.written / "visits.csv").write_text(REPORT)
    words = ["import", "northside", site.written / "visits.csv", "--now", NOW.isoformat()]
    words += ["--mapping", site.written / "old.yaml"]
    monkeypatch.setattr(sys, "argv", ["ptclinic", *map(str, words)])
    with pytest.raises(SystemExit):
        main()


def broken_vendors(site):
    """Answers that quote the patient: they end a reading, become a bad row, answer a text."""
    sync, remind = (by_name()[one] for one in ("sync-practice", "appointment-reminders"))
    refs = []
    for answer in PRACTICE:
        site.sandbox.strike(where="cliniko", match="patients$", **answer)
        refs.append(failing(sync, "northside", NOW))
    for answer in CARRIER:
        site.plant()
        site.sandbox.strike(where="twilio", method="POST", match="Messages", **answer)
    site.sandbox.strike(where="cliniko", match="individual_appointments$", **BAD_ROWS)
    remind("northside", NOW + timedelta(minutes=1))
    by_name()["appointment-reminders"]("northside", NOW + timedelta(minutes=2))
    site.sandbox.heal()
    return refs


def by_name():
    return {one.name: one for one in deployed_flows()}


def erased_and_restored(site):
    """One patient is erased by a court's word, and an older ledger is put back."""
    with room("northside") as here:
        with here.ledger.read() as con:
            own = con.scalar(select(patients.c.source_id).where(patients.c.source_id == "bo"))
        certificate = erase(here, own, "asked", NOW, legal_basis="court")
        (copy, *_) = (here.ledger.home / "backups").glob("*.ledger")
    restore_clinic("northside", str(copy), LATER)
    assert certificate.path.is_file()
    assert (copy.parent.parent / "replaced.db").is_file()


def broken_words(site):
    """A clinic's words that name the patient by a placeholder there is not: its error is kept."""
    before = (site.written / "clinics/northside.yaml").read_text()
    site.write_file(f"{TEMPLATE} {{{{ first_name }}}} {WORDS}")
    site.plant()
    kept = set((site.kept / "var/errors").glob("*.sealed"))
    done = by_name()["appointment-reminders"]("northside", NOW + timedelta(minutes=3))
    assert done["sent"]["no_words"] == 1
    (site.written / "clinics/northside.yaml").write_text(before)
    (new,) = set((site.kept / "var/errors").glob("*.sealed")) - kept
    return new.name.partition(".")[0]


def strike_every_task(site):
    """Each task at work, and an error of everything in a function below it; the flow fails too."""
    by_task, done, table = dict(all_tasks()), [], rows(STRIKES)
    assert {name for name, _, _ in table} == set(by_task), "no task is left out"

    @guarded_flow(name="struck")
    def struck_flow(clinic: str) -> None:
        """Goes on whatever comes of a step, and fails itself."""
        for name, place, kind in table:
            if name == "read_charges":
                site.charge("C2")
            if name == "dispatch":
                site.plant()
                sync_book.fn(clinic, LATER)
                plan_messages.fn(clinic, LATER)
            done.append((place, strike(by_task[name], place, Poison if kind == "error" else Panic)))
        raise Poison

    last = failing(struck_flow, "northside")
    assert [place for place, ref in done if ref is None] == [], "each was reached, and failed"
    assert len(done) == len(table)
    return [*(ref for _, ref in done), last]


def strike(task, place, error):
    """The reference of what a struck task kept; None where it did not fail by the strike."""

    def act():
        raise error

    asked = inspect.signature(task.fn).parameters.values()
    given = {"slug": "northside", "now": LATER, "synced": SYNCED}
    values = {one.name: given[one.name] for one in asked if one.default is one.empty}
    with struck(place, act):
        try:
            task.with_options(retries=0)(**values)
        except SafeError as failed:
            return failed.ref if error.__name__ in failed.kinds else None
    return None


def prefect_after(ref):
    """Prefect's database folder and its API's lists, once a reference is in them."""
    path = Path(PREFECT_API_DATABASE_CONNECTION_URL.value().partition("///")[2])
    for _ in range(120):
        lists = export(PREFECT_API_URL.value())
        # A run's logs and its events arrive some seconds after it.
        if all(ref.encode() in lists[name] for name in ("flow_runs", "logs", "events")):
            return path.parent, lists
        time.sleep(1)
    raise AssertionError("the failed run never reached Prefect's API")


def found_in(lists, texts):
    return [one for name, content in lists.items() for one in hits(content, name, texts)]


def test_no_planted_text_is_in_any_byte_that_the_flows_and_every_failure_leave(
    site, monkeypatch, capfd, caplog
):
    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        an_import(site, monkeypatch)
        a_reply("SM1")
        a_day(site)
        refs = [*broken_vendors(site), broken_words(site)]
        a_reply("SM2")
        with room("northside") as here, here.ledger.read() as con:
            kept = [con.scalar(select(func.count()).select_from(one)) for one in HELD]
        assert kept[0] > 12, "the planted are in the ledger"
        assert kept[1] == 2, "so are their replies"
        assert kept[2] == 3, "and three rows that make no sense"
        refs += strike_every_task(site)
        for ref in refs:
            assert (site.kept / f"var/errors/{ref}.northside.sealed").is_file()
        # An erasure takes what failed runs kept along: so the files are looked through before, too.
        assert scan([site.kept], PLANTED)[0] == []
        erased_and_restored(site)
        prefect, lists = prefect_after(refs[-1])
    console = "".join(capfd.readouterr()) + caplog.text
    assert console.count("Poison at") > len(rows(STRIKES)), "by the planted error"
    (site.kept / "console").write_text(console)
    found, count = scan([site.kept, prefect], PLANTED)
    assert found == []
    assert found_in(lists, PLANTED) == []
    assert count > 20


@flow(name="open", flow_run_name="open-{name}")
def openly(name: str) -> None:
    """Says everywhere what must be said nowhere."""
    get_run_logger().warning("seen %s", OPEN[0])
    create_markdown_artifact(f"write to {OPEN[1]}", key="open")
    # Past the process's own carrier of events, which may hang on an earlier test's server.
    said = Event(event="open", resource={"prefect.resource.id": "o"}, payload={"phone": OPEN[2]})
    where = f"{PREFECT_API_URL.value()}/events"
    httpx.post(where, json=[said.model_dump(mode="json")], timeout=30).raise_for_status()
    raise ValueError(f"born {OPEN[3]}")


def test_what_is_planted_openly_is_found_where_it_was_planted(prefect_server, tmp_path):
    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        with pytest.raises(ValueError, match="born"):
            openly(OPEN[0])
        prefect, lists = prefect_after("open-Openly")
    (tmp_path / "left-behind").write_text(f"call (303) 555-0180 about {OPEN[0]}")
    found, _ = scan([prefect, tmp_path], OPEN)
    assert {one.what for one in found} == set(OPEN), "in the database"
    assert str(tmp_path / "left-behind") in {one.where for one in found}
    where = {(one.where, one.what) for one in found_in(lists, OPEN)}
    assert {
        ("logs", OPEN[0]),
        ("flow_runs", OPEN[0]),
        ("artifacts", OPEN[1]),
        ("events", OPEN[2]),
        ("states of flow_runs", OPEN[3]),
    } <= where
