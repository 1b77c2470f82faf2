"""How large a delivery may be: EARLYHELP_LIMIT_… guard against bombs and mistakes, not against real counties."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBI = 1024 * 1024


class Limits(BaseSettings):
    """Caps on what is read. Each field is set by EARLYHELP_LIMIT_<FIELD>, e.g. EARLYHELP_LIMIT_FILE_BYTES."""

    model_config = SettingsConfigDict(env_prefix="EARLYHELP_LIMIT_", extra="ignore")

    file_bytes: int = Field(1024 * MEBI, gt=0, description="The largest file that is archived and read.")
    rows: int = Field(20_000_000, gt=0, description="The most rows a file may have.")
    line_bytes: int = Field(2 * MEBI, gt=0, description="The longest CSV record.")
    columns: int = Field(2000, gt=0, description="The most columns a CSV or a sheet may have.")
    element_bytes: int = Field(4 * MEBI, gt=0, description="The most XML that may stand between two pupils' ends.")
    return_bytes: int = Field(64 * MEBI, gt=0, description="The largest census return, which is one school's.")
    unzipped_bytes: int = Field(256 * MEBI, gt=0, description="The most a workbook may unfold to.")
    unzip_ratio: int = Field(120, gt=0, description="How many times larger than the file a workbook may unfold.")
    zip_entries: int = Field(2000, gt=0, description="The most parts a workbook may have.")
    cells: int = Field(
        2_000_000, gt=0, description="The most cells of a workbook's sheets, each from its first used cell to its last."
    )
    text_bytes: int = Field(
        128 * MEBI, gt=0, description="The most text of a workbook's cells, shared texts counted each time."
    )
    reader_bytes: int = Field(1024 * MEBI, ge=384 * MEBI, description="The memory of the process that reads files.")
    reader_seconds: float = Field(60, gt=0, description="How long reading a file may take, beside the next.")
    reader_seconds_per_mebi: float = Field(1, ge=0, description="How much longer for every MiB of the file.")

    def takes(self, file: Path) -> bool:
        """Whether a file is small enough to be archived and read."""
        return file.stat().st_size <= self.file_bytes

    def seconds(self, size: int) -> float:
        """How long reading a file of `size` bytes may take; a larger one than may be is not opened."""
        return self.reader_seconds + self.reader_seconds_per_mebi * min(size, self.file_bytes) / MEBI
