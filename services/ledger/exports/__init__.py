"""The ledger as files that other programs read: each format a pure function of what the records say."""
