"""Which positions a plan's exercises are drawn in."""

from ...knowledge.moves import Move, read_moves
from .sheet import Sheet

_SHALLOW = "less_depth"
"""The way to squat that stops half way."""


def moves_today(sheet: Sheet) -> dict[str, Move]:
    """Exercise id → how it looks today; a squat with less depth ends where the whole one is half way."""
    moves = moves_of(sheet)
    if sheet["technique"]["id"] == _SHALLOW and "squat" in moves:
        moves["squat"] = _half(moves["squat"])
    return moves


def moves_of(sheet: Sheet) -> dict[str, Move]:
    """Exercise id → how it looks when it is done as deep as it goes."""
    moves = read_moves()
    return {card["id"]: moves[card["id"]] for card in sheet["cards"]}


def _half(move: Move) -> Move:
    start, middle, end, _, _ = move.course(5)
    return move.model_copy(update={"start": start, "middle": middle, "end": end})
