"""What the nouns hold: arrays of a checked shape that nobody can change."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def freeze(record: object, name: str, shape: tuple[int | None, ...]) -> None:
    """Check the shape of an array field and keep a read-only view of it."""
    array = np.asarray(getattr(record, name))
    fits = array.ndim == len(shape) and all(
        want is None or have == want for have, want in zip(array.shape, shape, strict=True)
    )
    if not fits:
        wanted = tuple("any" if want is None else want for want in shape)
        raise ValueError(f"{type(record).__name__}.{name} has shape {array.shape}, expected {wanted}.")
    view = array.view()
    view.flags.writeable = False
    object.__setattr__(record, name, view)
