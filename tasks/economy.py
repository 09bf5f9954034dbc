"""What the clinic's file says of money, as the warehouse and the dollars of a sprint take it."""

from data_contracts.clinic import Clinic
from data_contracts.economics import Assumptions
from data_contracts.message import Channel


def assumptions_of(clinic: Clinic) -> Assumptions:
    """What the dollars take from the clinic's file."""
    parts = {channel: clinic.channels.priced(channel) for channel in Channel}
    prices = {channel.value: part.price_cents for channel, part in parts.items() if part}
    if clinic.channels.email:
        prices[Channel.EMAIL.value] = clinic.channels.email.price_cents
    return Assumptions(
        visit_value_cents=clinic.visit_value_cents,
        economics=clinic.economics,
        message_price_cents=prices,
    )


def spend_rows(clinic: Clinic) -> list[tuple[object, ...]]:
    """What was spent on marketing, as the warehouse holds it."""
    return [
        (str(place), one.channel, one.from_on, one.to_on, one.cents)
        for place, one in enumerate(clinic.economics.marketing)
    ]
