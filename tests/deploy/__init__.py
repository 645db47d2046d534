"""Tests of what runs on a machine: servers, command line, importer."""
