"""Statements of the bank: read from files of every form, matched with the books."""
