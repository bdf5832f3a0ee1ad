"""What the platform takes in time, measured by `make bench` and kept in docs/benchmarks.md."""
