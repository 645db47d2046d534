"""What governance knows: a file per question."""
