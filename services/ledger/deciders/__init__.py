"""The rules of the ledger: each module judges the commands of one concern."""
