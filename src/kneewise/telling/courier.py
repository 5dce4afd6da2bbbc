"""Events that hooks have not been told yet → told, one after the other, for as long as the server runs."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from ..client.signing import HEADER, sign
from ..errors import StoreError
from ..store import Event, Store
from .sending import Letter, Unsent, send

_PAUSE = 1.0
"""Between looks for what is due. [s]"""
_PATIENCE = 2.0
"""A letter on its way may take so long when the server ends; it is sent again at the next start. [s]"""


@dataclass(slots=True, kw_only=True)
class Courier:
    """Tells hooks, for as long as the block lasts.

    Attributes
    ----------
    store : the memory.
    now : the clock.
    post : sends a letter.
    """

    store: Store
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    post: Callable[[Letter], None] = send
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._go, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def tell_next(self) -> bool:
        """Tell what is due longest; False where nothing is."""
        event = self.store.take_event(self.now())
        if event is None:
            return False
        try:
            self.post(self._letter(event))
        except Unsent as error:
            self.store.not_told(event, str(error))
        else:
            self.store.told(event)
        return True

    def _letter(self, event: Event) -> Letter:
        told = {
            "id": event.id,
            "case": event.case,
            "film": event.film,
            "state": event.state,
            "when": event.at.isoformat(timespec="seconds"),
        }
        body = json.dumps(told).encode()
        return Letter(
            url=event.hook.url,
            body=body,
            headers={HEADER: sign(event.hook.secret, body, self.now())},
            private=event.hook.private,
        )

    def _go(self) -> None:
        while not self._closing.is_set():
            try:
                found = self.tell_next()
            except StoreError:  # full or busy for a while
                found = False
            if not found:
                self._closing.wait(_PAUSE)
