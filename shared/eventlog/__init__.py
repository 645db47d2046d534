"""The log: records, their bytes, and how they are appended and read."""
