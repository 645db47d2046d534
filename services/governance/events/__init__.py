"""Everything that can have happened in the democratic life of a cooperative, one file an idea."""
