"""The hygiene jobs: one file a job, pure functions from a table to an outcome."""
