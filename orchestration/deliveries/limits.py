"""How large a delivery may be: EARLYHELP_LIMIT_… guard against bombs and mistakes, not against real counties."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBI = 1024 * 1024


class Limits(BaseSettings):
    """Caps on what is read. Each field is set by EARLYHELP_LIMIT_<FIELD>, e.g. EARLYHELP_LIMIT_FILE_BYTES."""

    model_config = SettingsConfigDict(env_prefix="EARLYHELP_LIMIT_", extra="ignore")

    file_bytes: int = Field(4096 * MEBI, gt=0, description="The largest file that is archived and read.")
    line_bytes: int = Field(2 * MEBI, gt=0, description="The longest CSV record.")
    columns: int = Field(2000, gt=0, description="The most columns a CSV or a sheet may have.")
    unzipped_bytes: int = Field(512 * MEBI, gt=0, description="The most a workbook may unfold to.")
    unzip_ratio: int = Field(120, gt=0, description="How many times larger than the file a workbook may unfold.")
    zip_entries: int = Field(2000, gt=0, description="The most parts a workbook may have.")
