"""The nouns of a shared server: who may come in, as what, since when, by whose invitation; what they did."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ..errors import InputError

IDLE = timedelta(hours=1)
"""Who does not ask for anything for so long has to sign in again."""
LONGEST_VISIT = timedelta(hours=12)
"""And so has everybody after that, whatever they do."""
INVITED_FOR = timedelta(hours=72)
"""A link that nobody opened by then opens nothing any more."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,63}")


class Role(StrEnum):
    """What somebody is here for.

    - `OWNER`: keeps the place: every case, and who else may come in.
    - `COACH`: coaches and clinicians; their own cases, and those that others share with them.
    - `CLIENT`: the person of one case.
    """

    OWNER = "owner"
    COACH = "coach"
    CLIENT = "client"


class Deed(StrEnum):
    """What is written down of what somebody did."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    FAILED = "could not sign in"
    HELD_BACK = "tried too often"
    INVITED = "invited"
    LINKED = "made a new link"
    JOINED = "came by a link"
    PASSWORD = "changed the password"
    ROLE = "changed the role"
    DISABLED = "closed an account"
    ENABLED = "opened an account again"
    SHARED = "shared a case"
    UNSHARED = "ended sharing a case"
    HANDED_OVER = "handed a case over"
    OPENED = "opened a case"
    CHANGED = "changed a case"
    EXPORTED = "exported a case"
    ERASED = "erased a case"
    ADDED = "added a case"
    TOKEN_MADE = "made a token"
    TOKEN_REVOKED = "revoked a token"
    TOKEN_WRONG = "came with a wrong token"
    HOOK_ADDED = "added a webhook"
    HOOK_REMOVED = "removed a webhook"
    DESK = "looked at the desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAccount:
    """Somebody who may come in.

    Attributes
    ----------
    id : random.
    login : the name they type, as `read_login` leaves it.
    name : what others see.
    role : what they are here for.
    password : its hash; empty where none was chosen yet.
    disabled : whether they may not come in any more.
    made : when.
    """

    id: str
    login: str
    name: str
    role: Role
    password: str = field(repr=False)
    disabled: bool
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who gets an account.

    Attributes
    ----------
    login : as `read_login` gives it.
    name : what others see.
    role : what they are here for.
    password : its hash, as `hash_password` makes it; empty where it will be chosen by a link.
    """

    login: str
    name: str
    role: Role
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVisit:
    """Somebody who came in and has not left.

    Attributes
    ----------
    digest : SHA-256 of the token in their cookie, which itself is kept nowhere here.
    account : whose.
    address : from where.
    browser : as it calls itself, shortened.
    made, seen : when they came, and asked last.
    """

    digest: str
    account: str
    address: str
    browser: str
    made: datetime
    seen: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether they have to sign in again."""
        return now - self.seen > IDLE or now - self.made > LONGEST_VISIT


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInvitation:
    """A link that lets somebody in once.

    Attributes
    ----------
    role : what they will be.
    name : what others will see.
    case : that they are let see; None where it is none.
    account : that is there already, and gets a new password; None for somebody new.
    by : id of who invited; None from the terminal of the server.
    until : when it ends.
    """

    role: Role
    name: str
    case: str | None
    account: str | None
    by: str | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What somebody did, by ids alone; no name, no word and no number of a case is in it.

    Attributes
    ----------
    what : in a few words.
    account : who; None where nobody known did it, and from the terminal of the server.
    of_account, case : to whom.
    address : from where; empty from the terminal, and of a client who was erased.
    token : by which program of theirs; None where they did it themselves.
    """

    what: Deed
    account: str | None = None
    of_account: str | None = None
    case: str | None = None
    address: str = ""
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Which of what was done somebody looks for; None and empty for all.

    Attributes
    ----------
    account : who did it, or to whom it was done.
    case : to which case.
    what : of which kind.
    since, until : from when, and up to but not including when.
    """

    account: str = ""
    case: str = ""
    what: Deed | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """The same as it was written down.

    Attributes
    ----------
    id : grows with time.
    at : when.
    done : what.
    """

    id: int
    at: datetime
    done: Done


def read_login(given: str) -> str:
    """The one way to write a login name.

    Raises
    ------
    InputError
        When it cannot be one.
    """
    login = fold_login(given)
    if not _LOGIN.fullmatch(login):
        raise InputError(
            "This cannot be a login name.",
            remedy="use 3 to 64 of a–z, 0–9 and . _ @ + -, such as anna.b.",
        )
    return login


def fold_login(given: str) -> str:
    """A name as it was typed, capitals and widths of letters made one; it may be nobody's."""
    return unicodedata.normalize("NFKC", given[:256]).strip().casefold()


def digest_of(secret: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
