"""Finding which records are one client: blocking, comparing, scoring, clustering, merging, explaining."""
