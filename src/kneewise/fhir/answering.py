"""Questions and answers → Questionnaire and QuestionnaireResponse; a check-in is a response of its own.

A question that may differ between the legs has three items: for both alike, for the left and for the right.
"""

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid5

from ..knowledge.versions import hash_of_tables
from ..model import Answer, Asking, Case, Kind, Question
from .elements import Entries, Names, Resource, code, quantity

_QUESTIONS = UUID("3b1d5f62-61a4-4a43-93f1-7d1f3f0f8f3c")
"""Names of all questions together are drawn from it."""
_TYPES = {
    Kind.YES_NO: "boolean",
    Kind.ONE: "choice",
    Kind.MANY: "choice",
    Kind.NUMBER: "quantity",
    Kind.SCALE: "quantity",
    Kind.WEEKS: "quantity",
}
_REPEATED = (Kind.MANY, Kind.WEEKS)
_SIDES = ("", ".left", ".right")


def tell_questions(asking: Asking) -> Entries:
    """Every question with its choices."""
    questionnaire: Resource = {
        "resourceType": "Questionnaire",
        "url": _address(),
        "version": hash_of_tables()[:12],
        "title": "Questions about a knee that hurts, and about training",
        "status": "active",
        "subjectType": ["Patient"],
        "item": [item for question in asking.questions for item in _items(question)],
    }
    yield "questions", questionnaire


def tell_responses(case: Case, asking: Asking, names: Names, *, is_open: bool) -> Entries:
    """What was answered at first, and at each check-in.

    Parameters
    ----------
    case
        Who answered.
    asking
        The questions.
    names
        Of the case.
    is_open
        Whether warning signs were not asked yet; the last response then is still going on.
    """
    last = len(case.checkins)
    moments = [("", case.answers), *((one.date, one.answers) for one in case.checkins)]
    for number, (day, answers) in enumerate(moments):
        response: Resource = {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": f"{_address()}|{hash_of_tables()[:12]}",
            "status": "in-progress" if is_open and number == last else "completed",
            "subject": names.refer("person"),
            "source": names.refer("person"),
        }
        if day:
            response["authored"] = day
        items = [item for question in asking.questions for item in _answered(question, answers)]
        yield f"answers {number}", response | ({"item": items} if items else {})


def _address() -> str:
    """Of the questions of these very tables, whoever answers them."""
    return uuid5(_QUESTIONS, hash_of_tables()).urn


def _items(question: Question) -> Iterator[Resource]:
    for ending in _SIDES if question.sided else _SIDES[:1]:
        item: Resource = {
            "linkId": question.id + ending,
            "text": question.text + (f" ({ending[1:]})" if ending else ""),
            "type": _TYPES[question.type],
        }
        if question.type in _REPEATED:
            item["repeats"] = True
        if question.choices:
            item["answerOption"] = [{"valueCoding": _choice(question, word)} for word in question.choices]
        yield item


def _answered(question: Question, answers: Mapping[str, Answer]) -> Iterator[Resource]:
    if question.id not in answers:
        return
    answer = answers[question.id]
    sides = answer if isinstance(answer, Mapping) else {"": answer}
    for side, one in sides.items():
        told = [_value(question, each) for each in (one if isinstance(one, tuple) else (one,))]
        ending = f".{side}" if side else ""
        words = question.text + (f" ({side})" if side else "")
        yield {"linkId": question.id + ending, "text": words, "answer": told}


def _value(question: Question, answer: Answer) -> Resource:
    match answer:
        case bool():
            return {"valueBoolean": answer}
        case str():
            return {"valueCoding": _choice(question, answer)}
        case int() | float():
            return {"valueQuantity": quantity(answer, question.unit)}
        case _:
            raise TypeError(f"{question.id} has an answer within an answer: {answer!r}.")


def _choice(question: Question, word: str) -> Resource:
    """The same word may mean something else in another question."""
    return code("answer", f"{question.id}.{word}", question.choices[word])
