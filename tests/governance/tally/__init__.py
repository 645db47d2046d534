"""Tests of the counts: the vectors of the published tables, and what holds for every box of papers."""
