"""Figures drawn as SVG: pure functions, numbers and words in, a drawing out."""
