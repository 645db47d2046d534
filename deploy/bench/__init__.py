"""The benches: what this machine does, side by side with what it is compared with."""
