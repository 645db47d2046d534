"""The rules of governance, one behaviour a test."""
