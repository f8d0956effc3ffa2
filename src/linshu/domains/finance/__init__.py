"""Finance: money received, given back and spent."""
