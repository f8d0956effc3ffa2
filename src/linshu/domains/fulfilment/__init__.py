"""Fulfilment: what was promised, handed over, delivered, complained of and rated."""
