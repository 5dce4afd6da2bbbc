"""Photos of feet and insoles on a tray, until the person says that what was found in them is right.

The tray is working memory and nothing else. A photo leaves it when its result is kept, when it is thrown
away, when newer ones need its room, when its case is erased, even while it is being measured, and when the
server ends; it never gets into the folder of the memory.
"""

import secrets
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Annotated, Any

import anyio.to_thread
from fastapi import Depends, Request

from ..conventions import Side
from ..errors import InputError, StoreError
from ..feet import Check, Paper, Role, Shows, check_feet, compare_feet
from ..measuring import Looker, Seen
from ..store import no_case
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
_MOST = 48
"""So many photos of all cases together lie on the tray; the oldest of who has most there goes first."""
_MOST_BYTES = 4 * LARGEST_PHOTO
"""So large they are, all together: a whole check of the largest ones, or a dozen of usual ones. [bytes]"""


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

    @property
    def size(self) -> int:
        """Room that it takes. [bytes]"""
        return len(self.content) + len(self.seen.picture)


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A photo that is being measured: whose, and the room that it takes. [bytes]"""

    case: str
    size: int


class Tray:
    """Photos that wait for the person.

    Parameters
    ----------
    looker
        Measures them.
    check_case
        Complains about a case that is not there any more.
    largest
        All of them together. [bytes]
    """

    def __init__(
        self,
        looker: Looker | None = None,
        check_case: Callable[[str], object] = lambda _case: None,
        largest: int = _MOST_BYTES,
    ) -> None:
        self._looker = looker or Looker()
        self._check_case = check_case
        self._largest = largest
        self._laid: OrderedDict[str, Laid] = OrderedDict()
        self._awaited: dict[str, _Awaited] = {}
        self._gone: dict[str, set[Shows]] = {}
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

    def gone(self, case: str) -> tuple[Shows, ...]:
        """What photos of a case showed that went to make room, and were not added again."""
        with self._changing:
            return tuple(one for one in ORDER if one in self._gone.get(case, ()))

    def add(self, case: str, name: str, content: bytes, shows: Shows, paper: Paper) -> Laid:
        """Measure a photo and lay it there, in place of an earlier one of the same.

        Raises
        ------
        InputError
            When nothing can be measured in it, it was given for something else, or too many are measured at
            once; it is not kept then.
        StoreError
            When the case is not there any more, or was erased in the meantime.
        """
        self._check_new(case, content, shows)
        id = secrets.token_hex(10)
        with self._awaiting(id, _Awaited(case, len(content))):
            self._check_case(case)
            laid = Laid(
                id=id,
                case=case,
                name=name,
                content=content,
                shows=shows,
                paper=paper,
                corrected={},
                seen=self._look(content, name, shows, paper, {}),
            )
            self._lay(laid)
        return laid

    @contextmanager
    def _awaiting(self, id: str, awaited: _Awaited) -> Iterator[None]:
        """A photo is being measured during the block."""
        with self._changing:
            if sum(one.size for one in self._awaited.values()) + awaited.size > self._largest:
                raise InputError(
                    "Too many photos are being measured at once.",
                    remedy="wait until they are, and send this one again.",
                )
            self._awaited[id] = awaited
        try:
            yield
        finally:
            with self._changing:
                self._awaited.pop(id, None)

    def _lay(self, laid: Laid) -> None:
        with self._changing:
            if laid.id not in self._awaited:
                raise no_case(laid.case)
            self._drop(lambda one: (one.case, one.shows) == (laid.case, laid.shows))
            self._gone.get(laid.case, set()).discard(laid.shows)
            self._laid[laid.id] = laid
            while len(self._laid) > _MOST or sum(one.size for one in self._laid.values()) > self._largest:
                gone = self._laid.pop(self._in_the_way(laid))
                self._gone.setdefault(gone.case, set()).add(gone.shows)

    def _in_the_way(self, newest: Laid) -> str:
        """Id of what has to make room: the oldest photo, but this one, of the case that takes most."""
        held: Counter[str] = Counter()
        for one in self._laid.values():
            held[one.case] += 1 if len(self._laid) > _MOST else one.size
        others = [id for id in self._laid if id != newest.id]
        return max(others, key=lambda id: held[self._laid[id].case])

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
        """Throw away all of a case that was measured."""
        with self._changing:
            self._drop(lambda one: one.case == case)
            self._gone.pop(case, None)

    def erase(self, case: str) -> None:
        """Throw away all of a case that is there no more, also what is being measured."""
        with self._changing:
            for id in [id for id, one in self._awaited.items() if one.case == case]:
                del self._awaited[id]
        self.forget(case)

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
