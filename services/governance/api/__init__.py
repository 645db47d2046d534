"""Governance over HTTP, one file an idea."""
