"""SEN2 returns as tests write them: the eight files of an export, of invented children."""

from pathlib import Path

from tests.support.made_files import text, upn

DAY = "20-01-2026"
HEADINGS = {
    "person": "persontableid,NativeId,personorderseqcolumn,sourceid,sen2tableid,surname,forename,personbirthdate,sex,"
    "ethnicity,postcode,upn,uniquelearnernumber,upnunknown",
    "requests": "requeststableid,NativeId,requestsorderseqcolumn,sourceid,persontableid,receiveddate,requestsource,"
    "rya,requestoutcomedate,requestoutcome,requestmediation,requesttribunal,exported",
    "assessment": "assessmenttableid,NativeId,assessmentorderseqcolumn,sourceid,requeststableid,assessmentoutcome,"
    "assessmentoutcomedate,assessmentmediation,assessmenttribunal,othermediation,othertribunal,week20",
    "namedplan": "namedplantableid,NativeId,namedplanorderseqcolumn,sourceid,assessmenttableid,startdate,planres,"
    "planwbp,pb,oa,dp,ceasedate,ceasereason",
    "plandetail": "plandetailtableid,NativeId,plandetailorderseqcolumn,sourceid,namedplantableid,urn,ukprn,"
    "sensetting,sensettingother,placementrank,senunitindicator,resourcedprovisionindicator",
    "activeplans": "activeplanstableid,NativeId,activeplansorderseqcolumn,sourceid,requeststableid,transferla,"
    "reviewmeeting,reviewoutcome,reviewdraft,phasetransferduedate,phasetransferfinaldate,lastreview",
    "placementdetail": "placementdetailtableid,NativeId,placementdetailorderseqcolumn,sourceid,activeplanstableid,"
    "res,wbp,urn,ukprn,sensetting,sensettingother,placementrank,entrydate,leavingdate,senunitindicator,"
    "resourcedprovisionindicator",
    "senneed": "senneedtableid,NativeId,senneedorderseqcolumn,sourceid,activeplanstableid,sentype,sentyperank",
}


def rows(n: int, first: int = 1) -> dict[str, str]:
    """A child with a plan, by its number; the rows of the export are numbered from `first`."""
    i = n - first + 1
    return {
        "person": f"{i},P{i},{i},1,1,Quill,Ada,2014-Mar-{n % 28 + 1:02d} 00:00:00,F,,ZZ1 1ZZ,{upn(n)},,",
        "requests": f"{i},R{i},{i},1,{i},2025-Jan-07 00:00:00,2,0,2025-Feb-10 00:00:00,Y,0,0,",
        "assessment": f"{i},A{i},{i},1,{i},Y,2025-May-12 00:00:00,0,0,0,0,0",
        "namedplan": f"{i},N{i},{i},1,{i},2025-May-20 00:00:00,,,0,0,,,",
        "plandetail": f"{i},D{i},{i},1,{i},100001,,,,1,0,0",
        "activeplans": f"{i},V{i},{i},1,{i},,,,,,,",
        "placementdetail": f"{i},L{i},{i},1,{i},,,100001,,,,1,2025-May-20 00:00:00,,0,0",
        "senneed": f"{i},E{i},{i},1,{i},ASD,1",
    }


def export(children: list[dict[str, str]]) -> dict[str, str]:
    """The files of an export, by module."""
    return {
        module: "\n".join([headings, *(child[module] for child in children if child.get(module))]) + "\n"
        for module, headings in HEADINGS.items()
    }


def write(folder: Path, files: dict[str, str], day: str = DAY) -> list[Path]:
    """Write the files of an export as COLLECT names them."""
    return [text(folder / f"Blade-Export_{day}_{module}.csv", content) for module, content in files.items()]
