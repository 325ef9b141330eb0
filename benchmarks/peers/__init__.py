"""Other ways to find duplicates, each measured beside crmclean in the same run on the same files.

A peer is a script that runs inside an environment of its own, knows nothing of crmclean and writes `row` and one column
of cluster labels for every way in which it would put the rows together. Only the comparison knows the truth.
"""
