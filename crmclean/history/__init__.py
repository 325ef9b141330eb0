"""What earlier runs left: a database of runs, and a folder a run with all that takes it back."""
