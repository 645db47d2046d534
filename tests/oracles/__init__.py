"""Our counts beside those of a library that others wrote: run by a command, never by `make test`."""
