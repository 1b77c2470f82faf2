"""Writes the lock as a bill of materials: CycloneDX 1.6, JSON, the same bytes for the same lock and installation."""

import hashlib
import json
import uuid
from importlib import metadata

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from orchestration.dependencies.lock import Locked

DISTRIBUTION = "early-help-warehouse"
CLASSIFIER = "License :: OSI Approved :: "
LONGEST_NAME = 60
"""Of a licence: some packages hold its whole text where its name should stand."""


def write(locked: list[Locked]) -> str:
    """The bill of materials, as text. Raises ValueError when the library finds it against the schema."""
    whole = Component(
        name=DISTRIBUTION,
        version=metadata.version(DISTRIBUTION),
        type=ComponentType.APPLICATION,
        bom_ref=DISTRIBUTION,
    )
    parts = [_component(package) for package in locked]
    # No random number and no moment: who keeps the file sees what changed, not when it was written.
    content_sha256 = hashlib.sha256(repr(locked).encode()).hexdigest()
    bom = Bom(components=parts, serial_number=uuid.uuid5(uuid.NAMESPACE_OID, content_sha256))
    bom.metadata.component = whole
    wanted = {canonicalize_name(Requirement(line).name) for line in metadata.requires(DISTRIBUTION) or ()}
    bom.register_dependency(whole, [part for part in parts if part.name in wanted])
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    document["metadata"].pop("timestamp", None)
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"The bill of materials breaks its schema: {fault}")
    return text


def _component(package: Locked) -> Component:
    purl = PackageURL("pypi", name=package.name, version=package.version)
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in package.sha256],
        licenses=_licences(package),
        properties=[Property(name="marker", value=package.marker)] if package.marker else [],
    )


def _licences(package: Locked) -> list[LicenseExpression | DisjunctiveLicense]:
    """What an installed package says of its licence: an expression, else its classifiers, else a name."""
    try:
        about = metadata.metadata(package.name)
    except metadata.PackageNotFoundError:
        return []
    if "License-Expression" in about:
        return [LicenseExpression(about["License-Expression"])]
    named = [line.removeprefix(CLASSIFIER) for line in about.get_all("Classifier", []) if line.startswith(CLASSIFIER)]
    declared = about["License"].strip() if "License" in about else ""
    if not named and declared and "\n" not in declared and len(declared) <= LONGEST_NAME:
        named = [declared]
    return [DisjunctiveLicense(name=name) for name in named]
