"""The rules of the house: how the code itself must be, each with a test that it bites."""
