"""Small scripts behind `make`, each started from the project's folder as `python -m tools.NAME`."""
