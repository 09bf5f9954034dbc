"""The clinic file: everything that differs from one clinic to the next, and no secret."""

from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    model_validator,
)

from data_contracts.board import Board
from data_contracts.card_fields import CardFields
from data_contracts.claim_filing import ClaimFiling
from data_contracts.custody import Backups, KeyInFile, MasterKey, Retention
from data_contracts.duration import Duration
from data_contracts.economics import Economics
from data_contracts.folder import Folder
from data_contracts.goals import Goals
from data_contracts.insurance import Insurance
from data_contracts.message import Channel, RiskTier
from data_contracts.place_of_service import PlaceCode
from data_contracts.relay import SigningVendor, VendorUrl
from data_contracts.secret_name import SecretName
from data_contracts.waiting_list import WaitingList
from data_contracts.zone import zone_names


class Delivery(StrEnum):
    """Whether anything may leave: off (default), sandbox (loopback only), live."""

    OFF = "off"
    SANDBOX = "sandbox"
    LIVE = "live"


def _zone(value: str) -> str:
    if value not in zone_names():
        raise ValueError("not an IANA time zone such as America/Denver")
    return value


Zone = Annotated[str, AfterValidator(_zone)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,38}$")]
E164 = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]
OneAddress = Annotated[str, Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(_Part):
    """Where patients come to."""

    street: str
    city: str
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    postal_code: str
    parking: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Agreement(_Part):
    """A signed business-associate agreement (45 CFR 164.504(e)); a vendor without is refused."""

    vendor: SigningVendor
    signed_on: date
    expires_on: date | None = None

    def is_active(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.signed_on <= on and (self.expires_on is None or on <= self.expires_on)


class Cliniko(_Part):
    """Cliniko over its API."""

    system: Literal["cliniko"]
    api_key: SecretName
    contact: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    base_url: VendorUrl | None = None
    requests_per_minute: int = Field(150, ge=1)
    region_from: Literal["patient_case", "notes"] | None = None
    card: CardFields | None = Field(
        None, description="the custom fields with the insurance card; None: it is not read"
    )


class JaneWebhooks(_Part):
    """How Jane's webhooks are checked; which bytes it signs is not public, so try both."""

    signed: Literal["body", "timestamp_and_body"] = "body"
    tolerance: Duration = Field(
        timedelta(minutes=5), description="how old one may be, where its signature covers the time"
    )


class Jane(_Part):
    """Jane over its partner API, which reads the book and does not write it."""

    system: Literal["jane"]
    base_url: VendorUrl = Field(description="the clinic's own address: https://NAME.janeapp.com")
    client_id: SecretName
    client_secret: SecretName
    login_url: VendorUrl = HttpUrl("https://login.id.janeapp.com/realms/jane")
    redirect_url: VendorUrl = Field(
        HttpUrl("http://127.0.0.1:8467/jane/callback"),
        description="as registered with Jane; on this machine, or a page whose address is pasted",
    )
    api_version: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d(-beta)?$")] = "2026-01-01"
    requests_per_minute: int = Field(90, ge=1)
    webhooks: JaneWebhooks = JaneWebhooks()


class RestHook(_Part):
    """A practice system that posts to us when something changed (FHIR R4 Subscription)."""

    secret: SecretName = Field(description="the header's whole value, such as `Bearer ...`")
    header: str = Field(
        "Authorization", pattern=r"^[A-Za-z0-9-]{1,60}$", description="as `channel.header` names it"
    )


class ReportFiles(_Part):
    """Any practice system that can export CSV or Excel."""

    system: Literal["report_files"]
    folder: Folder
    mappings: list[str] = Field(min_length=1, description="shipped mapping names, or YAML paths")


class Sms(_Part):
    """Text messages through Twilio."""

    vendor: Literal["twilio"] = "twilio"
    sender: E164
    account: SecretName
    token: SecretName
    base_url: VendorUrl | None = None
    price_cents: float = Field(1.1, ge=0, description="per segment, as contracted")
    low_balance: float = Field(
        20.0, ge=0, description="below it, in the account's currency, a person is asked"
    )
    registered_samples: tuple[str, ...] = Field(
        (), description="the sample messages of the 10DLC registration, word by word"
    )
    spend_cap_cents_month: int | None = Field(
        None, ge=0, description="nothing more leaves by this channel in a month (UTC) beyond it"
    )
    confirm_opt_in: Literal["new", "all", "none"] = Field(
        "new",
        description="who gets a text that confirms their consent, before any other text: new:"
        " whoever agrees from now on; all: also whoever the practice system knew before; none:"
        " another system sends it",
    )
    stop_confirmed_by: Literal["carrier", "ptclinic"] = Field(
        "carrier", description="carrier: its default opt-out handling answers STOP by itself"
    )


class Voice(Sms):
    """Calls through Twilio."""

    price_cents: float = Field(1.8, ge=0, description="per minute, as contracted")
    detect_voicemail: bool = False


class Email(_Part):
    """E-mail through Amazon SES."""

    vendor: Literal["ses"] = "ses"
    sender: str
    region: str = "us-east-1"
    access_key: SecretName
    secret_key: SecretName
    base_url: VendorUrl | None = None
    configuration_set: str | None = None
    events_queue_url: VendorUrl | None = Field(
        None, description="the SQS queue into which the configuration set's events fall"
    )
    price_cents: float = Field(0.01, ge=0)

    @model_validator(mode="after")
    def _events_have_a_source(self) -> Self:
        if self.events_queue_url and not self.configuration_set:
            raise ValueError("events_queue_url: SES writes events for a configuration_set; name it")
        return self


class Channels(_Part):
    """The carriers this clinic pays for."""

    sms: Sms | None = None
    voice: Voice | None = None
    email: Email | None = None
    public_url: VendorUrl | None = Field(None, description="where carriers reach our receiver")

    def priced(self, channel: Channel) -> Sms | None:
        """The part of a channel that is paid by the message."""
        return {Channel.SMS: self.sms, Channel.VOICE: self.voice}.get(channel)

    def vendor(self, channel: Channel) -> str | None:
        """The vendor behind a channel, or None where the clinic has none."""
        found: Sms | Email | None = {
            Channel.SMS: self.sms,
            Channel.VOICE: self.voice,
            Channel.EMAIL: self.email,
        }.get(channel)
        return found.vendor if found else None

    @property
    def vendors(self) -> dict[Channel, str | None]:
        """The vendor behind each channel."""
        return {channel: self.vendor(channel) for channel in Channel}


_EVERY_TIER = frozenset(RiskTier)


class Rung(_Part):
    """One step of the ladder: which channel, how long before the visit, for whom."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
    channel: Channel
    before: Duration = Field(description="days are wall-clock days, hours and minutes are elapsed")
    tiers: frozenset[RiskTier] = _EVERY_TIER
    fallback: tuple[Channel, ...] = Field(
        (), description="tried in order where the first cannot reach"
    )
    visit_types: frozenset[str] | None = Field(None, description="None: every type")

    @property
    def is_bought_by_risk(self) -> bool:
        """Whether only some tiers get it: the scarce extra, which a hold-out leaves out."""
        return self.tiers != _EVERY_TIER


class QuietHours(_Part):
    """Contact is allowed from `end` to `start`, patient-local (47 CFR 64.1200(c)(1))."""

    start: time = time(20, 0)
    end: time = time(9, 0)

    @model_validator(mode="after")
    def _within_law(self) -> Self:
        if self.start > time(21, 0) or self.end < time(8, 0) or self.end >= self.start:
            raise ValueError(
                "contact must stay within 08:00 and 21:00: end >= 08:00, start <= 21:00"
            )
        return self


class Caps(_Part):
    """The most a patient may get (47 CFR 64.1200(a)(9)(iv))."""

    per_day: int = Field(1, ge=1, le=1)
    per_week: int = Field(3, ge=1, le=3)


class VisitType(_Part):
    """What patients are told about one kind of visit, and where it is given."""

    name: str
    place_of_service: PlaceCode | None = Field(
        None, description='where claims say it was given, such as "10"; None: as `claims` has it'
    )
    instructions: dict[str, str] = Field(default_factory=dict, description="by language")


class Risk(_Part):
    """How scores are made and used."""

    horizon: Duration = timedelta(hours=72)
    decide_days_before: int = Field(3, ge=0, le=14)
    score_every: Duration = timedelta(hours=1)
    weather: bool = False
    weather_base_url: VendorUrl | None = None


class Definitions(_Part):
    """What the clinic counts; frozen with a sprint's baseline."""

    late_cancel_within: Duration = timedelta(hours=24)
    late_cancel_is_missed: bool = False


class Replies(_Part):
    """What a patient's answer may change by itself, and which times are offered."""

    cancel: Literal["automatic", "staff"] = "automatic"
    reschedule: Literal["automatic", "staff"] = "automatic"
    lead: Duration = Field(timedelta(hours=2), description="a new time is at least this far ahead")
    horizon: Duration = Field(timedelta(days=14), description="and at most this far")
    offer_lasts: Duration = Field(timedelta(hours=24), description="how long a patient may pick")
    days_between: int = Field(
        1, ge=0, le=14, description="days from one visit of a patient to the next; 0: the same day"
    )


class Freshness(_Part):
    """How old the book may be before nothing is sent from it."""

    book: Duration = timedelta(minutes=45)


class Clinic(_Part):
    """One clinic, as its file says."""

    version: Literal[1] = 1
    slug: Slug
    formerly: tuple[Slug, ...] = Field(
        (), description="slugs that it had before; what the benchmark knows of them is its own"
    )
    name: str = Field(min_length=2, max_length=40)
    phone: E164
    timezone: Zone
    address: Address
    delivery: Delivery = Delivery.OFF
    practice: Annotated[Cliniko | Jane | ReportFiles, Field(discriminator="system")]
    rest_hook: RestHook | None = None
    agreements: list[Agreement] = Field(default_factory=list)
    channels: Channels = Channels()
    ladder: tuple[Rung, ...] = ()
    quiet_hours: QuietHours = QuietHours()
    caps: Caps = Caps()
    languages: tuple[Literal["en", "es"], ...] = ("en",)
    templates: dict[str, str] = Field(
        default_factory=dict, description="overrides by key, see `ptclinic doctor`"
    )
    visit_types: tuple[VisitType, ...] = ()
    visit_value_cents: int = Field(gt=0, description="what one arrived visit collects on average")
    economics: Economics = Economics()
    goals: Goals = Goals()
    definitions: Definitions = Definitions()
    risk: Risk = Risk()
    freshness: Freshness = Freshness()
    replies: Replies = Replies()
    waiting_list: WaitingList | None = None
    insurance: Insurance | None = Field(None, description="None: no coverage is asked for")
    claims: ClaimFiling | None = Field(None, description="None: claims are filed elsewhere")
    consent: Literal["ledger", "practice_system"] = Field(
        "ledger", description="practice_system: its contact preference counts as recorded consent"
    )
    minors: Literal["responsible_party", "record"] = Field(
        "responsible_party",
        description="record: the number on a minor's own record is the responsible party's",
    )
    privacy_url: VendorUrl | None = Field(None, description="the clinic's privacy policy (https)")
    master_key: MasterKey = KeyInFile()
    backups: Backups = Backups()
    retention: Retention = Retention()
    board: Board = Board()
    owner_email: OneAddress | None = Field(
        None, description="who is told once a week where the report stands; None: nobody is"
    )

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's own zone."""
        return ZoneInfo(self.timezone)

    def has_agreement(self, vendor: str, on: date) -> bool:
        """Whether an active agreement with a vendor exists on a day (45 CFR 164.502(e))."""
        return any(a.vendor == vendor and a.is_active(on) for a in self.agreements)

    @model_validator(mode="after")
    def _each_visit_type_stands_once(self) -> Self:
        names = [one.name for one in self.visit_types]
        if len(set(names)) != len(names):
            raise ValueError("visit_types: two have the same name; keep one of them")
        return self

    @model_validator(mode="after")
    def _ladder_is_reachable(self) -> Self:
        names = [rung.name for rung in self.ladder]
        if len(set(names)) != len(names):
            raise ValueError("ladder: two rungs have the same name; give each its own")
        for rung in self.ladder:
            for channel in (rung.channel, *rung.fallback):
                if channel.reaches_patient and self.channels.vendor(channel) is None:
                    raise ValueError(
                        f"ladder: rung {rung.name} uses {channel}, but channels has no {channel}"
                    )
        return self
