"""Tests of the ledger's exports: what other programs read in them."""
