"""Tests of what is shared over HTTP."""
