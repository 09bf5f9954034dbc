"""Read answers again that lie here: for rules that understand more, without asking anybody."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select

from data_contracts.verification import InquiryStatus, Outcome
from ledger.schema import visits
from ledger.schema_insurance import answers, inquiries
from tasks.answering import read_replies
from tasks.room import Room

_READ = (
    Outcome.USABLE.value,
    Outcome.UNCLEAR.value,
    Outcome.UNREADABLE.value,
    Outcome.OTHER_PATIENT.value,
)


def replay(here: Room, now: datetime) -> Counter[str]:
    """Every answer about a visit ahead anew; returns counts by outcome.

    What a person was asked before is not asked again.
    """
    ended = InquiryStatus.ANSWERED.value, InquiryStatus.ENDED.value
    query = (
        select(inquiries.c.inquiry_id)
        .join(answers, answers.c.inquiry_id == inquiries.c.inquiry_id)
        .join(visits, visits.c.visit_id == inquiries.c.visit_id)
        .where(
            inquiries.c.status.in_(ended),
            inquiries.c.outcome.in_(_READ),
            visits.c.starts_at > now,
        )
    )
    with here.ledger.write() as con:
        ids = list(con.execute(query).scalars())
        for start in range(0, len(ids), 500):
            mine = inquiries.update().where(inquiries.c.inquiry_id.in_(ids[start : start + 500]))
            con.execute(mine.values(status=InquiryStatus.REPLIED.value))
    return read_replies(here, now)
