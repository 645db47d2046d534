"""Counts: pure, exact, versioned; each step told."""
