"""The services: three that write facts, one that shows them, one that proves them."""
