"""Tables of body and tissue, read once for all tests."""

from kneewise.body import build_body
from kneewise.kinetics import Lifter, build_tissue_tables
from kneewise.knowledge import read_anthropometry, read_contact_areas, read_moment_arms, read_strengths
from kneewise.model import Burden, Person

TABLE = read_anthropometry()
TISSUE = build_tissue_tables(read_moment_arms(), read_strengths(), read_contact_areas())


def lift(person: Person, burden: Burden) -> Lifter:
    """Somebody of ordinary build with a load."""
    return Lifter(person=person, body=build_body(person, TABLE), burden=burden, tables=TISSUE)
