"""Which items are taken when a budget does not suffice for all, and why."""
