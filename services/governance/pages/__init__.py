"""Governance's pages, one file an idea."""
