"""The pages of the ledger, one file an idea."""
