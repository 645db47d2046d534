"""The command line `ruche`, a file per group of commands."""
