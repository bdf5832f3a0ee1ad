"""Parts of the Example coalition, one a topic."""
