"""Everything that can be asked of the ledger, and who may ask, one file an idea."""
