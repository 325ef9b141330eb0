"""All that is known of one kind of value: one module a kind, pure functions over a Series."""
