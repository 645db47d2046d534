"""Reads every register from the stream, and writes nothing."""
