"""What a fiscal year leaves for ten years: one file in open formats, which needs nothing of ours to be read and checked."""
