"""How other hospitals hear of us: HL7 FHIR R4 over the records and bills of a facility.

The library of FHIR models is a package called `fhir` too, with one subpackage, `fhir.resources`.
The two share the name: this one extends its path and must never have a `resources` of its own.
"""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
