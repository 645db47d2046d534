"""Whole stories, told from the outside: the command line, HTTP, a browser."""
