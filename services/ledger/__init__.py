"""Every euro of a cooperative."""
