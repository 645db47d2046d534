"""The files of vouchers: what is taken, and what is taken out of them."""
