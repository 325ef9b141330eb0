"""Plain alternatives that a benchmark is measured against in the same run."""
