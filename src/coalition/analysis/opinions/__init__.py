"""Where people agree, and which groups of opinion there are, from their votes on statements."""
