"""The process that reads one photo: as `child`, for photos of feet and insoles."""

import json

from .child import obey


def _measure(order: bytes) -> None:
    from .photo import PhotoOrder, measure_file

    measure_file(PhotoOrder(**json.loads(order)))


if __name__ == "__main__":
    obey(_measure)
