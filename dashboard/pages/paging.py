"""A long list, page by page: all of its rows stand in the page for print, and the screen shows some."""

from dashboard.site import Visit

PAGE_LENGTH = 100


def paged(visit: Visit, count: int) -> dict[str, int]:
    """The page that the address asks for, of how many, and which rows the screen shows. Raises NotFound for a page that
    there is not."""
    pages = max(1, -(-count // PAGE_LENGTH))
    page = int(visit.chosen("page", [str(number) for number in range(1, pages + 1)], "1"))
    return {
        "page": page,
        "pages": pages,
        "first": (page - 1) * PAGE_LENGTH,
        "last": min(page * PAGE_LENGTH, count),
    }
