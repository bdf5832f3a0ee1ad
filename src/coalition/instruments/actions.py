"""What happens to texts: skeletons are laid, wordings imported."""


def lay_skeleton(instrument, skeleton, report) -> None:  # noqa: ANN001
    """Replaced as the room grows."""
