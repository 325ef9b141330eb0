"""Reading exports and writing them back the same way."""
