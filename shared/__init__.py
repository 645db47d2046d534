"""Mechanisms with no word of the cooperative in them."""
