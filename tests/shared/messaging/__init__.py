"""Tests of the messages, on a real nats-server."""
