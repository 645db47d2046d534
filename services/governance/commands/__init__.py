"""Everything that can be asked of governance, one file an idea."""
