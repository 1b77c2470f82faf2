"""What the page on unknown files shows is what the commands print."""

from pathlib import Path

from tests.support import printed_pages
from tests.support.warehouse import PROJECT

PAGE = PROJECT / "docs/operators/unknown-files.md"


def test_every_block_of_the_page_is_as_printed(tmp_path: Path, counties: dict[str, Path]) -> None:
    blocks = printed_pages.blocks(PAGE)
    assert len(blocks) == 3
    for block in blocks:
        assert printed_pages.printed(block, tmp_path, counties["clean"]) == block
