"""An insurance as a test gives it to a patient."""

from dataclasses import replace

from sandbox.clearinghouse.verdict import payer_name
from sandbox.clinic.payer import MERIDIAN, PAYERS, Payer
from sandbox.clinic.person import Patient
from sandbox.clinic.policy import Cover, Named, Policy, card_of
from sandbox.control_body import NewInsurance


def insured(patient: Patient, asked: NewInsurance) -> Cover:
    """A patient's cover, the card true to it; a payer that nobody knows is an example's."""
    payer = _payer(asked.payer_id)
    person = Named(patient.last_name, patient.first_name, patient.birth, patient.sex)
    is_dependent = asked.holder_first_name is not None
    holder = replace(person, first_name=asked.holder_first_name or "", sex=None)
    policy = Policy(
        payer=payer if asked.plan is None else replace(payer, plan=asked.plan),
        member_id=(asked.member_id or f"{payer.letter}{patient.id % 10**9:09d}").upper(),
        group="1234500",
        holder=holder if is_dependent else person,
        patient=person,
        is_dependent=is_dependent,
        **asked.model_dump(exclude={"payer_id", "member_id", "plan", "holder_first_name"}),
    )
    return Cover(card_of(policy), policy)


def _payer(payer_id: str) -> Payer:
    known = PAYERS.get(payer_id)
    name = payer_name(payer_id) or "UNKNOWN EXAMPLE PAYER"
    return known or replace(MERIDIAN, id=payer_id, name=name, letter="M")
