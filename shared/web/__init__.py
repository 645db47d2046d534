"""How pages and answers look over HTTP, with no word of the cooperative."""
