"""Photos of feet and insoles on a tray, until the person says that what was found in them is right.

The tray is working memory and nothing else. A photo leaves it when its result is kept, when it is thrown
away, when its case is erased, and when the server ends; it never gets into the folder of the memory.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Annotated, Any

import anyio.to_thread
from fastapi import Depends, Request

from ..conventions import Side
from ..errors import InputError, StoreError
from ..feet import Check, Paper, Role, Shows, check_feet, compare_feet
from ..measuring import Looker, Seen
from .phone import PHOTOS, Errand

LARGEST_PHOTO = 48 << 20
"""A photo of 48 million pixels as PNG. [bytes]"""
ORDER = (Shows.LEFT_FOOT, Shows.LEFT_INSOLE, Shows.RIGHT_FOOT, Shows.RIGHT_INSOLE)
"""Photos of a whole check, in the order in which they are easily taken."""
NAMES = {
    Shows.LEFT_FOOT: "Left foot, bare",
    Shows.LEFT_INSOLE: "Insole of the left shoe",
    Shows.RIGHT_FOOT: "Right foot, bare",
    Shows.RIGHT_INSOLE: "Insole of the right shoe",
}
_SMALLER = "export it as JPEG, as the phone usually does."
_MOST = 16
"""So many photos of all cases together lie on the tray; the oldest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """A photo on the tray.

    Attributes
    ----------
    id : that nobody guesses.
    case : whose.
    name, content : of the file.
    shows, paper : what it shows, and what lies on the floor.
    corrected : corners and outline that the person set.
    seen : what was found in it.
    """

    id: str
    case: str
    name: str
    content: bytes
    shows: Shows
    paper: Paper
    corrected: Mapping[str, Any]
    seen: Seen

    @property
    def side(self) -> Side:
        """Whose."""
        return Side[str(self.seen.found["side"]).upper()]


class Tray:
    """Photos that wait for the person."""

    def __init__(self, looker: Looker | None = None) -> None:
        self._looker = looker or Looker()
        self._laid: OrderedDict[str, Laid] = OrderedDict()
        self._changing = threading.Lock()
        self._looking = threading.Lock()

    def photos(self, case: str) -> tuple[Laid, ...]:
        """Those of a case, in the order of a check."""
        with self._changing:
            mine = [one for one in self._laid.values() if one.case == case]
        return tuple(sorted(mine, key=lambda one: ORDER.index(one.shows)))

    def photo(self, case: str, id: str) -> Laid:
        """One of them.

        Raises
        ------
        StoreError
            When it is not there any more.
        """
        with self._changing:
            found = self._laid.get(id)
        if found is None or found.case != case:
            raise StoreError(
                "There is no such photo any more.", remedy="go back to the check, and add it again."
            )
        return found

    def add(self, case: str, name: str, content: bytes, shows: Shows, paper: Paper) -> Laid:
        """Measure a photo and lay it there, in place of an earlier one of the same.

        Raises
        ------
        InputError
            When nothing can be measured in it, or it was given for something else; it is not kept then.
        """
        self._check_new(case, content, shows)
        laid = Laid(
            id=secrets.token_hex(10),
            case=case,
            name=name,
            content=content,
            shows=shows,
            paper=paper,
            corrected={},
            seen=self._look(content, name, shows, paper, {}),
        )
        with self._changing:
            self._drop(lambda one: (one.case, one.shows) == (case, shows))
            self._laid[laid.id] = laid
            while len(self._laid) > _MOST:
                self._laid.popitem(last=False)
        return laid

    def _check_new(self, case: str, content: bytes, shows: Shows) -> None:
        for one in self.photos(case):
            if one.content == content and one.shows is not shows:
                raise InputError(
                    f"This is the same photo as that of “{NAMES[one.shows]}”.",
                    remedy=f"take one of “{NAMES[shows]}”.",
                )

    def correct(self, laid: Laid, corrected: Mapping[str, Any]) -> None:
        """Measure a photo again with what the person set in it, and nothing else.

        Raises
        ------
        InputError
            When nothing can be measured so; it stays as it was then.
        """
        seen = self._look(laid.content, laid.name, laid.shows, laid.paper, corrected)
        with self._changing:
            if laid.id in self._laid:
                self._laid[laid.id] = replace(laid, corrected=corrected, seen=seen)

    def remove(self, laid: Laid) -> None:
        """Throw a photo away."""
        with self._changing:
            self._laid.pop(laid.id, None)

    def forget(self, case: str) -> None:
        """Throw away all of a case."""
        with self._changing:
            self._drop(lambda one: one.case == case)

    def _drop(self, is_meant: Callable[[Laid], bool]) -> None:
        for id in [id for id, one in self._laid.items() if is_meant(one)]:
            del self._laid[id]

    def _look(
        self, content: bytes, name: str, shows: Shows, paper: Paper, corrected: Mapping[str, Any]
    ) -> Seen:
        """One after the other, whoever asks: each takes as much memory as a large photo does."""
        with self._looking:
            return self._looker.look(content, name, shows, paper, corrected)


def photo_tray(request: Request) -> Tray:
    """The tray of the running server."""
    tray: Tray = request.app.state.tray
    return tray


TrayHere = Annotated[Tray, Depends(photo_tray)]


def check_of(photos: Sequence[Laid]) -> Check:
    """What the photos say of how the shoes fit."""
    shapes = {(one.side, one.seen.shape.role): one.seen.shape for one in photos}
    return replace(check_feet((), Paper.A4), fits=compare_feet(shapes))


def next_of_check(photos: Sequence[Laid]) -> Shows | None:
    """What to take a photo of next; None once both feet and both insoles are there."""
    taken = {one.shows for one in photos}
    return next((one for one in ORDER if one not in taken), None)


def errand_of_photos(tray: Tray, case: str, paper: Paper) -> Errand:
    """To send the photos of a check, one after the other, on a sheet of that paper."""

    def say_next() -> str:
        wanted = next_of_check(tray.photos(case))
        if wanted is None:
            return "All four are measured. Look at the computer."
        how = (
            "Stand on the sheet, the phone beside the foot"
            if wanted.role is Role.FOOT
            else "Lay it on the sheet"
        )
        return f"Next: {NAMES[wanted]}. {how}, 1 m up, all four corners in the picture."

    async def take(request: Request, name: str) -> str:
        wanted = next_of_check(tray.photos(case))
        if wanted is None:
            raise InputError(
                "All four photos are here already.", remedy="throw one away on the computer first."
            )
        content = b"".join([block async for block in request.stream()])
        await anyio.to_thread.run_sync(tray.add, case, name, content, wanted, paper)
        return f"{NAMES[wanted]}: measured."

    return Errand(
        what=PHOTOS,
        says=say_next,
        accept="image/jpeg,image/png",
        largest=LARGEST_PHOTO,
        smaller=_SMALLER,
        take=take,
    )


def read_photo_file(file: IO[bytes]) -> bytes:
    """All of a file, where that is not too much.

    Raises
    ------
    InputError
        When it is.
    """
    content = file.read(LARGEST_PHOTO + 1)
    if len(content) > LARGEST_PHOTO:
        raise InputError(
            f"The photo is larger than {LARGEST_PHOTO >> 20} MB.",
            remedy=_SMALLER,
        )
    return content
