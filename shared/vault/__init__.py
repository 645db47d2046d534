"""Names and sealed texts, kept outside the log so that they can be erased."""
