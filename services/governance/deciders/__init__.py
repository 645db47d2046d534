"""What governance decides: a file per thing that rules are about."""
