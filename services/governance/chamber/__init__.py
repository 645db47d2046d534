"""What governance's deciders know of a register, one file an idea."""
