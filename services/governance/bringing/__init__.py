"""What governance's commands need besides the register, fetched before they are decided."""
