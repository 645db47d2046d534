"""Everything that can have happened to the money of a cooperative, one file an idea."""
