"""Tests of the portal: from the stream to the page."""
