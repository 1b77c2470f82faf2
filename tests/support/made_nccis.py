"""NCCIS returns as tests write them: records of invented young people, and the return around them."""

from pathlib import Path

from tests.support.made_files import text, uln, upn

DOCTYPE = "<!DOCTYPE NCCIS2019>\n"
MONTH = "2026-01-31"


def young_person(
    n: int,
    activity: str = "<ActivityCode>210</ActivityCode><StartDate>2025-09-03</StartDate>"
    "<PredictedEndDate>2027-07-31</PredictedEndDate>",
    personal: str = "",
    more: str = "",
    born: str = "2009-03-01",
    status: str = "P",
) -> str:
    """A record: by its number, with what its activity and what stands beside it say."""
    return (
        "<YoungPersonsRecord><PersonalDetails>"
        f"<YoungPersonsID>999{n:010d}</YoungPersonsID><CohortStatus>{status}</CohortStatus>"
        f"<GivenName>Ada</GivenName><FamilyName>Quill</FamilyName><Postcode>ZZ1 1ZZ</Postcode>"
        f"<Gender>F</Gender><DOB>{born}</DOB><UniqueLearnerNo>{uln(n)}</UniqueLearnerNo>"
        f"<UniquePupilNumber>{upn(n)}</UniquePupilNumber>{personal}</PersonalDetails>{more}"
        f"<Activities><Cohort>{activity}</Cohort></Activities></YoungPersonsRecord>\n"
    )


def nccis(
    records: list[str], month: str = MONTH, sent: str = "2026-02-09", doctype: str = DOCTYPE, database: str = "999"
) -> str:
    """The return of a month."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<NCCIS>\n<FileHeader><Databases><DatabaseID>{database}'
        f"</DatabaseID></Databases><SourceLEAs><LEACode>{database}</LEACode></SourceLEAs><DateOfSend>{sent}</DateOfSend>"
        f"<PeriodEnd>{month}</PeriodEnd></FileHeader>\n{''.join(records)}</NCCIS>\n"
    )


def nccis_xml(folder: Path, content: str, month: str = MONTH) -> Path:
    return text(folder / f"nccis_{month}.xml", content)
