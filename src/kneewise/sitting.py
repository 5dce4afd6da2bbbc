"""A case file's content → what to ask next in one sitting, and the content with the answer in it.

Knows nothing of terminals and pages: both ask with it.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .casefile import SIDES, build_case, check_answer
from .errors import InputError
from .interview import facts_to_ask_again, next_question, questions_left, tests_to_ask
from .model import Asking, Case, Facts, Question, Reason, SelfTest, Tier
from .screening import can_be_looked_at, screen

Content = Mapping[str, Any]
"""Tables of a case file."""
_LASTS = timedelta(weeks=6)
"""So long a look says something of today; an estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One sitting of questions.

    Attributes
    ----------
    content : of the case file.
    case : what was built of it.
    asking : the tables.
    today : day of a check-in, at which what may have changed is asked again; None asks what was never asked.
    """

    content: Content
    case: Case
    asking: Asking
    today: date | None = None

    @classmethod
    def of(cls, content: Content, asking: Asking, name: str, today: date | None = None) -> "Sitting":
        """A sitting over the content of the case file of that name.

        Raises
        ------
        InputError
            When something in the content is not possible.
        """
        return cls(content=content, case=build_case(content, asking, name), asking=asking, today=today)

    @property
    def answers(self) -> Mapping[str, Any]:
        """What was answered in this sitting, or in the first ones."""
        if self.today is None:
            return _table(self.content, "answers")
        checkins = self.content.get("checkin", [])
        ours = bool(checkins) and str(checkins[-1]["date"]) == self.today.isoformat()
        return _table(checkins[-1], "answers") if ours else {}

    @property
    def facts(self) -> Facts:
        """What is known and not asked anew."""
        if self.today is None:
            return self.case.moments[-1]
        return facts_to_ask_again(self.case, self.answers, self.asking)

    def next(self) -> Question | SelfTest | None:
        """What to ask now: warning signs first; where none sends on, the person and the self-tests too."""
        tier = screen(self.case, self.asking).tier
        question = next_question(self.facts, tier, self.asking, again=self.today is not None)
        if question is not None or tier.refers:
            return question
        return next(self._beyond(), None)

    def left(self) -> int:
        """How many are worth asking as the answers stand; an answer may add some, or make some needless."""
        tier = screen(self.case, self.asking).tier
        questions = questions_left(self.facts, tier, self.asking, again=self.today is not None)
        return len(questions) + (0 if tier.refers else sum(1 for _ in self._beyond()))

    def find(self, name: str) -> Question | SelfTest | None:
        """What is asked under that id, of the person or of the knee."""
        everything: dict[str, Question | SelfTest] = {row.id: row for row in self.asking.person}
        return {**everything, **self.asking.asked}.get(name)

    def with_answer(self, asked: Question | SelfTest, given: Any) -> dict[str, Any]:
        """The content with one more answer, or with another one in its place.

        Raises
        ------
        InputError
            When the answer does not fit, or would make an emergency unsaid: that is taken back in so many
            words, or stays.
        """
        check_answer(asked, given)
        content = deepcopy(dict(self.content))
        if isinstance(asked, SelfTest):
            others = [row for row in content.get("test", []) if row["id"] != asked.id]
            content["test"] = [*others, *_rows(asked, given)]
        elif asked in self.asking.person:
            content.setdefault("person", {})[asked.id] = given
        else:
            self._place(content)[asked.id] = given
            self._check_emergencies_stay(content)
        return content

    def emergencies(self) -> tuple[Reason, ...]:
        """What was said that needs help now."""
        return _emergencies(self.case, self.asking)

    def taking_back(self, today: date) -> dict[str, Any]:
        """The content without the answers that needed help now; a note says of each that it was a slip."""
        content = deepcopy(dict(self.content))
        # Several emergencies may rest on one answer, which is taken back once.
        said = {(name, reason.checkin): None for reason in self.emergencies() for name in reason.because}
        for name, checkin in said:
            answers = _last_answers_with(name, content, checkin)
            if answers is not None:
                note = {"date": today, "question": name, "answer": answers.pop(name)}
                content.setdefault("taken_back", []).append(note)
        return content

    def looked_at(self, day: date, by: str, today: date) -> dict[str, Any]:
        """The content with a check-in that says that a clinician looked; all signs are asked again in it.

        Raises
        ------
        InputError
            When no look can let the person go on, or this one was not after what stopped them.
        """
        screening = screen(self.case, self.asking)
        if not can_be_looked_at(screening, self.asking):
            raise InputError(
                "This stays as it is, whoever looked.", remedy="read what to do, on the page that stops you."
            )
        since = max(*(reason.checkin for reason in screening.reasons), (today - _LASTS).isoformat())
        if not since <= day.isoformat() <= today.isoformat():
            raise InputError(
                f"A look on {day.isoformat()} does not settle what you answered.",
                remedy=f"give a day from {since} to today.",
            )
        content = deepcopy(dict(self.content))
        begun = {"date": today.isoformat(), "looked": {"date": day.isoformat(), "by": by}, "answers": {}}
        content.setdefault("checkin", []).append(begun)
        build_case(content, self.asking)
        return content

    def _check_emergencies_stay(self, content: Content) -> None:
        said = {(one.id, one.checkin) for one in self.emergencies()}
        if not said:
            return
        still = _emergencies(build_case(content, self.asking), self.asking)
        if not said <= {(one.id, one.checkin) for one in still}:
            raise InputError(
                "Your answer says that something needs help now. It stays as it is.",
                remedy="read what to do; if you pressed it by mistake, say so there.",
            )

    def _beyond(self) -> Iterator[Question | SelfTest]:
        """Who it is, for the loads; and the self-tests that are only a question."""
        known = _table(self.content, "person")
        yield from (one for one in self.asking.person if one.id not in known)
        yield from tests_to_ask(self.case, self.asking)

    def _place(self, content: dict[str, Any]) -> dict[str, Any]:
        """Where answers of this sitting go."""
        if self.today is None:
            first: dict[str, Any] = content.setdefault("answers", {})
            return first
        checkins: list[dict[str, Any]] = content.setdefault("checkin", [])
        if not checkins or str(checkins[-1]["date"]) != self.today.isoformat():
            checkins.append({"date": self.today})
        answers: dict[str, Any] = checkins[-1].setdefault("answers", {})
        return answers


def _emergencies(case: Case, asking: Asking) -> tuple[Reason, ...]:
    return tuple(one for one in screen(case, asking).reasons if one.tier is Tier.EMERGENCY)


def _last_answers_with(name: str, content: Content, checkin: str) -> dict[str, Any] | None:
    """The latest answers up to a check-in, or of the first sitting, that have one to that question."""
    until = [one for one in content.get("checkin", []) if str(one["date"]) <= checkin]
    tables: list[dict[str, Any]] = [content.get("answers", {}), *(one.get("answers", {}) for one in until)]
    return next((answers for answers in reversed(tables) if name in answers), None)


def _table(content: Content, name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = content.get(name, {})
    return table


def _rows(test: SelfTest, given: Any) -> Iterator[dict[str, Any]]:
    """A row for each side where there are sides."""
    if isinstance(given, Mapping):
        yield from ({"id": test.id, "side": side, "value": given[side]} for side in SIDES if side in given)
    else:
        yield {"id": test.id, "value": given}
