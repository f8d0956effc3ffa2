"""Assortment (选品): what each group should push, keep, try and drop, from what sells there, what it earns and what replaces it."""
