"""The files of vouchers: what they may be, and how what they say about a person or a place is taken out of them."""
