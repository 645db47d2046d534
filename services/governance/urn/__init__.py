"""Voting cards and the urn that keeps the papers until closing."""
