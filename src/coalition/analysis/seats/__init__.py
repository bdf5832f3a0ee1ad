"""Seats filled from ranked ballots by the single transferable vote."""
