"""One use case a module: a Table in, an Outcome out; no printing, no argv."""
