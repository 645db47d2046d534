"""What is known of the money of a cooperative."""
