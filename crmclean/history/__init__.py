"""What earlier runs left behind."""
