"""The command line: read, call one workflow, write, exit."""
