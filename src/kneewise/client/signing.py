"""What a webhook brought → what it tells, if the server signed it, and not too long ago."""

import hashlib
import hmac
import json
import re
from datetime import datetime, timedelta
from typing import Any

HEADER = "Kneewise-Signature"
"""Header of a delivery: ``t=SECONDS,v1=HMAC``."""
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
_FRESH = timedelta(minutes=5)


def sign(secret: str, body: bytes, now: datetime) -> str:
    """Signature of a delivery: of its moment and its bytes, so that neither can be another."""
    seconds = int(now.timestamp())
    return f"t={seconds},v1={_hmac(secret, seconds, body)}"


def read_event(
    secret: str, signature: str, body: bytes, now: datetime, *, fresh: timedelta = _FRESH
) -> dict[str, Any]:
    """What a delivery tells.

    Each event has an ``id``, and can come more than once: whoever takes it in keeps the ids that it has seen.

    Parameters
    ----------
    secret
        As ``kneewise webhook add`` printed it.
    signature
        Of the header `HEADER`.
    body
        The bytes as they came.
    now
        When.
    fresh
        What was signed longer ago, or later than now by more than that, is refused: it may be a copy.

    Raises
    ------
    ValueError
        When it was not signed with that secret, or not lately.
    """
    found = _SIGNATURE.fullmatch(signature)
    if found is None or not hmac.compare_digest(_hmac(secret, int(found[1]), body), found[2]):
        raise ValueError("This was not signed by the server, or changed on its way.")
    if abs(now.timestamp() - int(found[1])) > fresh.total_seconds():
        raise ValueError("This was signed too long ago: it may be a copy.")
    told: dict[str, Any] = json.loads(body)
    return told


def _hmac(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
