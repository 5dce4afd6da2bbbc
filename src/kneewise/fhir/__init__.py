"""What a case holds and means → one FHIR R4 bundle, for records of clinics and for studies.

A bundle of the type `collection`: who (without a name), the questions and what was answered, what was
measured with unit and error, the plan, and where all of it is from. It names no disease: there is no
`Condition` in it. Resources are plain dicts as FHIR writes them in JSON. Each is named by a hash of the case
and of its place in it, so that the same case gives the same names again.
"""

from .bundle import Account, build_bundle, write_bundle

__all__ = ["Account", "build_bundle", "write_bundle"]
