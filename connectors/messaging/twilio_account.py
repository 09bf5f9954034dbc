"""What `ptclinic doctor` asks of a Twilio account."""

from collections.abc import Callable

from twilio.rest import Client

from connectors.errors import ConnectorError
from connectors.messaging.twilio_client import ask

LOW_BALANCE = 20.0
"""In the account's currency: some two thousand texts, a few days of one clinic."""

Check = tuple[str, bool, str]


def check_account(client: Client, sender: str) -> list[Check]:
    """Key, sender and balance of the account, each with what to do when it is not well."""
    key = _look("key", lambda: _key(client))
    if not key[1]:
        return [key]
    return [
        key,
        _look("sender", lambda: _sender(client, sender)),
        _look("balance", lambda: _balance(client)),
    ]


def _look(name: str, look: Callable[[], tuple[bool, str]]) -> Check:
    try:
        return (f"twilio {name}", *ask(look, is_safe=True))
    except ConnectorError as error:
        return f"twilio {name}", False, str(error)


def _key(client: Client) -> tuple[bool, str]:
    status = client.api.accounts(client.account_sid).fetch().status
    if status == "active":
        return True, "active"
    return False, f"the account is {status}. Reactivate it in Twilio's console."


def _sender(client: Client, sender: str) -> tuple[bool, str]:
    if client.incoming_phone_numbers.list(phone_number=sender, limit=1):
        return True, "the number belongs to the account"
    return False, "the account does not own the sender number. Correct `sender`, or buy it."


def balance_of(client: Client) -> tuple[float, str]:
    """What is left on the account, and in which currency."""
    found = client.api.account.balance.fetch()
    return float(found.balance), str(found.currency)


def _balance(client: Client) -> tuple[bool, str]:
    amount, currency = balance_of(client)
    words = f"{amount:.2f} {currency}"
    return amount >= LOW_BALANCE, words if amount >= LOW_BALANCE else f"{words}. Top it up."
