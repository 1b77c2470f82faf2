"""Every path and option of the warehouse, from the environment (EARLYHELP_…), validated in one place."""

import os
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
"""The folder of this project: dbt_project.yml, models, seeds and contracts lie here."""

MEBI = 1024 * 1024


class Limits(BaseSettings):
    """How large a delivery may be: guards against bombs and mistakes, not against real counties.

    Each field is set by EARLYHELP_LIMIT_<FIELD>, e.g. EARLYHELP_LIMIT_FILE_BYTES.
    """

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


class Settings(BaseSettings):
    """Where data live and how runs behave. Each field is set by EARLYHELP_<FIELD>, e.g. EARLYHELP_HOME."""

    model_config = SettingsConfigDict(env_prefix="EARLYHELP_", extra="ignore", hide_input_in_errors=True)

    home: Path = Field(Path("data"), description="Everything the warehouse writes lives below this folder.")
    key: str | None = Field(
        None, description="The pseudonym key. Without it, the key file is used.", repr=False, min_length=32
    )
    key_file: Path | None = Field(
        None, description="A file with the pseudonym key, outside the home. Default: ~/.config/earlyhelp/key."
    )
    readers_group: str | None = Field(
        None, description="A group that may read published files without names. Default: their owner alone."
    )
    deliverers_group: str | None = Field(
        None, description="A group that may drop files into landing/<source>/. Default: the home's owner alone."
    )
    council: Path | None = Field(
        None, description="A council's folder, laid over seeds and contracts: see `earlyhelp council`."
    )
    councils: Path | None = Field(
        None, description="The list of several councils: see `earlyhelp region` and `earlyhelp --council`."
    )
    keep_releases: int = Field(5, ge=2, description="How many releases stay on disk, the one in force included.")
    keep_logs: int = Field(30, ge=1, description="How many logs of runs stay on disk.")
    lock_wait_seconds: float = Field(10, ge=0, description="How long a run waits for another run to end.")
    quiet_seconds: float = Field(
        10, ge=0, description="How long a file in landing must be unchanged before it is read."
    )
    threads: int = Field(
        default_factory=lambda: min(os.cpu_count() or 1, 4),
        ge=1,
        description="DuckDB's threads, and dbt's where it is run by hand; one for each core, up to 4.",
    )
    alert_mail_to: str | None = Field(None, description="Who is told by e-mail when a night did not publish.")
    alert_mail_from: str | None = Field(None, description="The sender of that mail. Default: its receiver.")
    alert_smtp: str = Field("localhost:25", description="The mail server, as host or host:port.")
    alert_smtp_user: str | None = Field(None, description="Its account, if it wants one; the connection is encrypted.")
    alert_smtp_password: str | None = Field(None, description="The password of that account.", repr=False)
    alert_webhook: str | None = Field(
        None, description="An address that is told too, by a POST of JSON with title and text.", repr=False
    )
    memory_limit: str = Field("3GB", description="What DuckDB may use; what needs more spills into the build folder.")
    limits: Limits = Field(default_factory=Limits, description="How large a delivery may be.")

    @field_validator("home", "council", "councils", mode="after")
    @classmethod
    def _absolute(cls, folder: Path | None) -> Path | None:
        return folder and folder.expanduser().resolve()

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    @property
    def build(self) -> Path:
        return self.home / "build"

    @property
    def build_file(self) -> Path:
        return self.build / "early_help.duckdb"

    @property
    def releases(self) -> Path:
        return self.home / "releases"

    @property
    def knowledge(self) -> Path:
        return self.home / "knowledge"

    @property
    def current(self) -> Path:
        return self.home / "current"

    @property
    def pseudonym_key_file(self) -> Path:
        return (self.key_file or Path("~/.config/earlyhelp/key")).expanduser()


def explained(problem: ValidationError) -> str | None:
    """Which option is not as it must be, by its name in the environment; None if the problem is none of options."""
    for options in (Settings, Limits):
        if problem.title == options.__name__:
            prefix = options.model_config["env_prefix"]
            return "\n".join(
                f"{prefix}{'.'.join(map(str, error['loc'])).upper()} is set to what it can't be: {error['msg']}."
                for error in problem.errors(include_input=False, include_url=False)
            )
    return None
