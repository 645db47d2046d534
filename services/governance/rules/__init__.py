"""The rules that several deciders of governance share: pure, one idea a file."""
