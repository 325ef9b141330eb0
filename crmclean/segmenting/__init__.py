"""What is to be done with whom: rules over columns, the regulation, managers, and the archive."""
