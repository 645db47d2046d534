"""The log: records appended in commits shared by many commands, and read back by register and by position."""
