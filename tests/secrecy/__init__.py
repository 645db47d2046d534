"""Ballot secrecy, tried: elections through everything that is shipped, then attacked by somebody who is given all that was kept."""
