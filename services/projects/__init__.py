"""What the votes and the money are for."""
