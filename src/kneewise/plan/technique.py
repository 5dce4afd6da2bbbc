"""Probes + factors → one way to do the squat today."""

from collections.abc import Mapping

from ..conventions import Band, Factor
from ..model.planned import Choice, Circumstances, Irritability, Response, Withheld
from ..model.programme import Option, Programme
from .fitting import why_not

_WORTH, _WORTH_SHARE, _SORE = 2.0, 0.3, 3.0
"""A pain of 3 or more that falls by 2, or by three tenths, has changed; clinical.md 3.3, estimates."""
_MORE = 1.0
"""Pain that rises by this with raised heels speaks for the load on the knee; clinical.md 3.6, an estimate."""
_WEDGE, _SHINS, _FALLBACK = "heels_raised", "vertical_shins", "less_depth"
_NOTHING = Response()


def choose_technique(
    programme: Programme,
    bands: Mapping[Factor, Band],
    responses: Mapping[str, Response],
    circumstances: Circumstances,
) -> tuple[Choice, tuple[Withheld, ...]]:
    """One way to do the squat, and the ways that were not chosen, with reasons.

    What lowered the pain comes first, the most first; then what bettered the movement and fits a likely
    factor; then upright shins where raised heels hurt more; else less depth, which needs no probe.
    """
    options = {option.id: option for option in programme.options}
    barred = {
        option.id: _bar(programme, option, responses.get(option.condition, _NOTHING), circumstances)
        for option in programme.options
    }
    choice = (
        _by_pain(programme, barred, responses)
        or _by_movement(programme, barred, bands, responses)
        or _by_contrast(options[_SHINS], barred, responses)
        or Choice(option=options[_FALLBACK], because="It is tolerated by most, and needs no test before.")
    )
    return choice, tuple(_withheld(choice, programme, barred, responses))


def _bar(programme: Programme, option: Option, response: Response, circumstances: Circumstances) -> str:
    """Why an option is out of question today; empty when it is not."""
    reason = why_not(programme, option, circumstances)
    if not reason and response.change is not None and response.change > 0:
        reason = f"Pain rose from {response.pain_before:g} to {response.pain:g} of 10 when it was tried."
    if not reason and option.id == _WEDGE and response.change is None:
        reason = "It usually loads the front of the knee more, and the pain with it has not been asked for."
    if not reason and option.id == _WEDGE and circumstances.irritability is Irritability.HIGH:
        reason = "The knee is easily stirred up, and raised heels usually load it more; try again in week 2."
    return reason


def _by_pain(
    programme: Programme, barred: Mapping[str, str], responses: Mapping[str, Response]
) -> Choice | None:
    falls = [
        (response.change or 0.0, option, response)
        for option in programme.options
        if (response := responses.get(option.condition, _NOTHING))
        and not barred[option.id]
        and _is_worth(response)
    ]
    if not falls:
        return None
    _, option, response = min(falls, key=lambda fall: fall[0])
    return Choice(
        option=option,
        because=f"Pain fell from {response.pain_before:g} to {response.pain:g} of 10 when it was tried.",
    )


def _is_worth(response: Response) -> bool:
    change, before = response.change, response.pain_before
    if change is None or before is None or before < _SORE:
        return False
    return change <= -_WORTH or change <= -_WORTH_SHARE * before


def _by_movement(
    programme: Programme,
    barred: Mapping[str, str],
    bands: Mapping[Factor, Band],
    responses: Mapping[str, Response],
) -> Choice | None:
    for option in programme.options:
        better = responses.get(option.condition, _NOTHING).movement == 1
        fits = option.factor is not None and bands.get(option.factor, Band.NOT_LOOKED_AT) >= Band.LIKELY
        if better and fits and not barred[option.id]:
            return Choice(
                option=option, because="The movement changed for the better, and the pain did not rise."
            )
    return None


def _by_contrast(
    shins: Option, barred: Mapping[str, str], responses: Mapping[str, Response]
) -> Choice | None:
    rise = responses.get(_WEDGE, _NOTHING).change
    if rise is None or rise < _MORE or barred[shins.id]:
        return None
    return Choice(
        option=shins,
        because="Raised heels hurt more; upright shins change the load the other way. Test it first.",
    )


def _withheld(
    choice: Choice, programme: Programme, barred: Mapping[str, str], responses: Mapping[str, Response]
) -> list[Withheld]:
    """The wedge and the upright shins are always accounted for, the others when they were tried."""
    rows = []
    for option in programme.options:
        told = option.id in (_WEDGE, _SHINS) or option.condition in responses
        if option is choice.option or not told:
            continue
        because = barred[option.id] or _why_other(option, choice)
        rows.append(Withheld(what=_capital(option.name), because=because, option=option.id))
    return rows


def _why_other(option: Option, choice: Choice) -> str:
    pair = {option.id, choice.option.id}
    if pair == {_WEDGE, _SHINS}:
        return "It pulls the knee the other way; the two are never begun on the same day."
    return f"One change at a time; first comes {choice.option.name}."


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
