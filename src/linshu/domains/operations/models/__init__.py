"""The tables operations publishes: targets and the people in the field."""
