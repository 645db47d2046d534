"""What is killed, cut or wiped while people use it, and what must still be true afterwards."""
