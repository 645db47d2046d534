"""People, mandates and the rules a cooperative lives by."""
