"""openvino, kept from telling anybody that it is used.

Imported as it is, it counts its use in a file in the person's home and sends that to its makers, without
asking; where the package that does so cannot be imported, it does neither.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import openvino
else:
    sys.modules["openvino_telemetry"] = None
    import openvino

__all__ = ["openvino"]
