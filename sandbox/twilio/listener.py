"""What a patient makes of the clinic's texts: the answers they mean to give, and when."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sandbox.chance import draws
from sandbox.clinic import pace
from sandbox.clinic.ask import Ask, Kind, read
from sandbox.clinic.contact import names
from sandbox.clinic.engine import Clinic
from sandbox.clinic.intent import GIVES_UP, Intent, Standing, decide
from sandbox.clinic.manners import Manners
from sandbox.clinic.visit import Visit
from sandbox.clinic.wording import Wording, put
from sandbox.moment import HOUR, MINUTE, local
from sandbox.twilio.answer import Answer
from sandbox.twilio.record import Message

NEAR = 2 * HOUR
CORRECTED_AFTER = 2 * MINUTE
PATIENT = frozenset({Intent.CONFIRM, Intent.QUESTION})
At = tuple[int, int]


@dataclass
class Person:
    """What the holder of a phone remembers; a visit's time is remembered as (id, start)."""

    about: Visit | None = None
    picked: str = ""
    quiet: bool = False
    gave_up: set[At] = field(default_factory=set)
    confirmed: set[At] = field(default_factory=set)
    late: set[At] = field(default_factory=set)


@dataclass(frozen=True)
class Turn:
    """One text being read; `key` decides every draw about it."""

    message: Message
    ask: Ask
    visit: Visit | None
    manners: Manners
    key: tuple[object, ...]
    spanish: bool
    now: int

    def luck(self, name: str) -> tuple[float, ...]:
        """Eight draws for one question about this text."""
        return draws(*self.key, name)

    def answer(
        self, intent: Intent, words: Wording, due: int, *marks: str, says: Intent | None = None
    ) -> Answer:
        """An answer to this text."""
        visit, option = self.visit, words.choice
        return Answer(
            phone=self.message.to,
            clinic_number=self.message.sender,
            intent=intent,
            says=says or intent,
            text=words.text,
            due=self.now if self.manners.at_once else due,
            answers=self.message.sid,
            asked=self.ask.kind.value,
            offered=len(self.ask.options),
            choice=option,
            option=self.ask.options[option - 1] if option else None,
            patient_id=str(visit.patient_id) if visit else None,
            visit_id=str(visit.id) if visit else None,
            visit_starts_at=visit.starts_at if visit else None,
            spanish=self.spanish,
            marks=[*words.marks, *marks],
        )

    def words(self, intent: Intent, name: str = "words") -> Wording:
        """How this person puts it."""
        return put(intent, self.spanish, self.message.body, self.ask, self.manners, *self.key, name)


class Listener:
    """Everybody with a phone. No draw depends on what was sent to another phone."""

    def __init__(self, seed: int, clinic: Clinic) -> None:
        self._seed, self._clinic = seed, clinic
        self._texts: Counter[str] = Counter()
        self._people: defaultdict[str, Person] = defaultdict(Person)

    def person(self, phone: str) -> Person:
        """What the holder of a phone remembers."""
        return self._people[phone]

    def hear(self, message: Message, manners: Manners) -> list[Answer]:
        """The answers that a text will get: none, one, or the same or a better one again."""
        turn = self._turn(message, manners)
        standing = self.standing(message.to, turn.visit, manners)
        intent = decide(turn.ask, standing, manners, turn.luck("intent")[0])
        answers = [] if intent is Intent.NOTHING else self._answers(turn, intent)
        if not standing.stranger and intent not in (Intent.LATE, Intent.STOP):
            answers += self._unasked(turn)
        return answers

    def standing(self, phone: str, visit: Visit | None, manners: Manners) -> Standing:
        """How it stands with who holds the phone."""
        person, stranger = self._people[phone], self._clinic.is_stranger(phone)
        wishes = self.wishes_sooner(phone, manners)
        if visit is None:
            return Standing(stranger=stranger, wishes_sooner=wishes)
        at = (visit.id, visit.starts_at)
        return Standing(
            gave_up=visit.gave_up_at is not None,
            told_us=at in person.gave_up,
            misses=self._clinic.will_miss(visit),
            near=0 < visit.starts_at - self._clinic.now <= NEAR,
            confirmed=at in person.confirmed,
            stranger=stranger,
            wishes_sooner=wishes,
        )

    def wishes_sooner(self, phone: str, manners: Manners) -> bool:
        """Whether the holder would like an earlier visit, and so is on the waiting list."""
        return draws(self._seed, "sooner", phone)[0] < manners.wishes_sooner

    def knows_of(self, visit: Visit) -> bool:
        """Whether the patient picked this very time, so that nobody need tell it any more."""
        phone = self._clinic.book.patients[visit.patient_id].phone or ""
        return names(self._people[phone].picked, local(visit.starts_at, self._clinic.zone))

    def remember(self, phone: str, intent: Intent, visit: Visit | None) -> None:
        """What meaning something changes for the patient."""
        person = self._people[phone]
        at = (visit.id, visit.starts_at) if visit else (0, 0)
        if intent is Intent.CONFIRM:
            person.confirmed.add(at)
        elif intent in GIVES_UP:
            person.gave_up.add(at)

    def _turn(self, message: Message, manners: Manners) -> Turn:
        phone, person = message.to, self._people[message.to]
        self._texts[phone] += 1
        visits = [self._clinic.book.visits[int(one)] for one in message.visits]
        ask = read(message.body, bool(visits))
        visit = visits[0] if ask.kind is Kind.REMINDER else person.about
        person.about = visit
        key = (self._seed, "answer", phone, self._texts[phone])
        spanish = ask.spanish or self._prefers_spanish(phone)
        return Turn(message, ask, visit, manners, key, spanish, self._clinic.now)

    def _prefers_spanish(self, phone: str) -> bool:
        owners = self._clinic.book.by_phone.get(phone, [])
        return any("Spanish" in (self._clinic.book.patients[one].notes or "") for one in owners)

    def _answers(self, turn: Turn, intent: Intent) -> list[Answer]:
        luck, manners = turn.luck("answer"), turn.manners
        due, *mark = self._due(turn, intent)
        self._call_too(turn, intent, due)
        self.remember(turn.message.to, intent, turn.visit)
        if intent is Intent.CONFIRM and luck[0] < manners.slips:
            wrong = turn.words(Intent.RESCHEDULE)
            right = Wording("Perdón, quise decir C" if turn.spanish else "Sorry, I meant C")
            slip = turn.answer(intent, wrong, due, *mark, "slip", says=Intent.RESCHEDULE)
            return [slip, turn.answer(intent, right, due + CORRECTED_AFTER, "correction")]
        first = turn.answer(intent, turn.words(intent), due, *mark)
        if first.option:
            self._people[turn.message.to].picked = first.option
        if luck[1] >= manners.twice:
            return [first]
        again = due + 10 + int(80 * luck[2])
        return [first, turn.answer(intent, turn.words(intent), again, "twice")]

    def _due(self, turn: Turn, intent: Intent) -> tuple[int, str] | tuple[int]:
        """When it is said, and why then if that is unusual."""
        manners, visit, luck = turn.manners, turn.visit, turn.luck("due")
        if visit and intent in PATIENT and luck[0] < manners.after_the_visit:
            return pace.after(visit.starts_at, *turn.key), "after_the_visit"
        from_list = turn.ask.kind is Kind.OFFER and (visit is None or visit.gave_up_at is None)
        if from_list and intent is Intent.CHOICE and luck[1] < manners.hurries:
            return turn.now + pace.HURRIED, "hurried"
        seconds, hours = pace.wait(manners, *turn.key)
        due = turn.now + seconds
        return (due, "hours_later") if hours else (due,)

    def _call_too(self, turn: Turn, intent: Intent, due: int) -> None:
        """Who gave up and finds the visit still standing some hours later may call the clinic."""
        visit, luck = turn.visit, turn.luck("call")
        if visit is None or visit.gave_up_at is None or intent not in GIVES_UP:
            return
        said_before = (visit.id, visit.starts_at) in self._people[turn.message.to].gave_up
        if not said_before and luck[0] < turn.manners.calls_unless_answered:
            self._clinic.expect_call(visit, due + int((3 + 17 * luck[1]) * HOUR))

    def _unasked(self, turn: Turn) -> list[Answer]:
        """Shortly before the visit, who comes may write that it will be a little later."""
        visit, luck, person = turn.visit, turn.luck("late"), self._people[turn.message.to]
        if visit is None or turn.manners.at_once or luck[0] >= turn.manners.runs_late:
            return []
        at = (visit.id, visit.starts_at)
        if visit.gave_up_at is not None or at in person.late or self._clinic.will_miss(visit):
            return []
        person.late.add(at)
        due = visit.starts_at - int((2 + 18 * luck[1]) * MINUTE)
        return [turn.answer(Intent.LATE, turn.words(Intent.LATE, "late"), due, "unasked")]
