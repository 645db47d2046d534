"""Tests of the ledger: its rules, its views and the shapes of its records."""
