"""The command line and everything that runs Ruche."""
