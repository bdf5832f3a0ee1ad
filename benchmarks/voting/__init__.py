"""A thousand people who vote at once, against the platform as it is served to the public."""
