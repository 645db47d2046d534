"""The browser, for the pages of the layout."""

from tests.browser_fixture import browser, looked

__all__ = ["browser", "looked"]
