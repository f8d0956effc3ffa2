"""What leaves the application: written down with the act that wants it, delivered afterwards, once."""
